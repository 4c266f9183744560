using MassTransit;
using MassTransit.Testing;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

using Seckill.Admission.Locking;
using Seckill.Admission.Stock;
using Seckill.Contracts;
using Seckill.Payments;
using Seckill.Sagas.GroupCommit;
using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.Tests.Transactions;

/// <summary>The machine with its real store on MySQL, over MassTransit's in-memory transport.</summary>
sealed class MachineHarness : IAsyncDisposable
{
    readonly ServiceProvider _services;
    readonly ITestHarness _harness;

    MachineHarness(ServiceProvider services)
    {
        _services = services;
        _harness = services.GetRequiredService<ITestHarness>();
    }

    public RecordingStock Stock { get; private init; } = null!;

    public RecordingNews News { get; private init; } = null!;

    public RecordingPayments Payments { get; private init; } = null!;

    public TransactionSteps Steps => _services.GetRequiredService<TransactionSteps>();

    public TransactionLedger Ledger => _services.GetRequiredService<TransactionLedger>();

    public static async Task<MachineHarness> StartAsync(LedgerFixture fixture)
    {
        var (stock, news, payments) = (new RecordingStock(), new RecordingNews(), new RecordingPayments());
        var services = new ServiceCollection();
        services.AddSingleton<IStockParticipant>(stock);
        services.AddSingleton<IDistributedLock>(new ProcessLocks());
        services.AddSingleton<IOrderStatusPublisher>(news);
        services.AddSingleton<IPaymentProvider>(payments);
        services.AddSingleton<Microsoft.Extensions.Configuration.IConfiguration>(new Microsoft.Extensions.Configuration.ConfigurationManager());
        services.AddSingleton<Microsoft.Extensions.Hosting.IHostEnvironment>(new Microsoft.Extensions.Hosting.Internal.HostingEnvironment { EnvironmentName = "Development" });
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(fixture.Database);
        services.AddTransactions();
        services.AddMassTransitTestHarness(bus =>
        {
            // The harness gives up after so long without a message; on a busy machine one second is nothing.
            bus.SetTestTimeouts(testTimeout: TimeSpan.FromMinutes(2), testInactivityTimeout: TimeSpan.FromSeconds(30));
            bus.UsingInMemory((context, memory) => memory.ReceiveEndpoint(QueueNames.OrderTransaction, x => x.ConfigureOrderTransaction(context)));
        });
        var harness = new MachineHarness(services.BuildServiceProvider()) { Stock = stock, News = news, Payments = payments };
        await harness._harness.Start();
        return harness;
    }

    /// <summary>Puts an order into a state by the ledger's own writes.</summary>
    public async Task<OrderTransactionState> GivenAsync(long activityId, string state)
    {
        var instance = LedgerFixture.NewOrder(activityId);
        if (state == TransactionStates.RolledBack)
        {
            instance.Reason = RefusalReasons.SoldOut;
            await MoveAsync(instance, TransactionStates.RolledBack);
            return instance;
        }

        foreach (var step in PathTo(state))
            await MoveAsync(instance, step);
        return instance;
    }

    /// <summary>Sends a message and waits until it was handled; returns the answer if one came.</summary>
    public async Task<OrderActionResult?> SendAsync<T>(T message)
        where T : class
    {
        if (message is CancelOrder or RollbackTransaction or PaymentReceived)
        {
            var client = _harness.Bus.CreateRequestClient<T>(new Uri("queue:" + QueueNames.OrderTransaction), RequestTimeout.After(s: 20));
            return (await client.GetResponse<OrderActionResult>(message)).Message;
        }

        var endpoint = await _harness.Bus.GetSendEndpoint(new Uri("queue:" + QueueNames.OrderTransaction));
        var messageId = NewId.NextGuid();
        await endpoint.Send(message, x => x.MessageId = messageId);
        (await _harness.Consumed.Any<T>(x => x.Context.MessageId == messageId)).ShouldBeTrue("the message is handled");
        var consumed = await _harness.Consumed.SelectAsync<T>(x => x.Context.MessageId == messageId).First();
        if (consumed.Exception is { } exception)
            throw new InvalidOperationException("The message was not handled", exception);
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        await _harness.Stop();
        await _services.DisposeAsync();
    }

    async Task MoveAsync(OrderTransactionState instance, string state)
    {
        instance.CurrentState = state;
        if (state is TransactionStates.Paid or TransactionStates.Refunding)
            instance.PaymentId = "payment-1";
        (await Ledger.SaveAsync(instance, "test", null)).ShouldBeTrue();
    }

    static string[] PathTo(string state) => state switch
    {
        TransactionStates.Prepared => [TransactionStates.Prepared],
        TransactionStates.Committed => [TransactionStates.Prepared, state],
        TransactionStates.Paid => [TransactionStates.Prepared, TransactionStates.Committed, state],
        TransactionStates.RollingBack => [TransactionStates.Prepared, state],
        TransactionStates.Cancelling => [TransactionStates.Prepared, TransactionStates.Committed, state],
        TransactionStates.Cancelled => [.. PathTo(TransactionStates.Cancelling), state],
        TransactionStates.Refunding => [.. PathTo(TransactionStates.Cancelled), state],
        TransactionStates.Refunded => [.. PathTo(TransactionStates.Refunding), state],
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "No path to this state"),
    };
}
