using System.Globalization;

using Dapper;

using MassTransit;
using MassTransit.Mediator;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

using Seckill.Admission;
using Seckill.Admission.Rebuild;
using Seckill.Admission.Stock;
using Seckill.Contracts;
using Seckill.Ledger;
using Seckill.Payments;
using Seckill.Sagas.GroupCommit;
using Seckill.Sagas.Tests.Transactions;
using Seckill.Sagas.Transactions;
using Seckill.TestSupport;

namespace Seckill.Sagas.Tests.Orderings;

/// <summary>The saga over MySQL and Redis as in a worker: ledger, scripts, locks. Only the transport is missing, and the payment provider is a double.</summary>
public sealed class OrderingsFixture : IAsyncLifetime
{
    const int AtOnce = 256;

    readonly LedgerFixture _ledger = new();
    readonly RecordingPayments _payments = new();
    RedisServer _redis = null!;
    ServiceProvider _services = null!;

    public async Task InitializeAsync()
    {
        await _ledger.InitializeAsync();
        _redis = await RedisServer.StartAsync();
        var port = _redis.Port.ToString(CultureInfo.InvariantCulture);
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Redis:Stock:Port"] = port,
            ["Redis:Cache:Port"] = port,
            // A busy machine is no fault of the order.
            ["Admission:LockMasterTimeoutMilliseconds"] = "5000",
            ["Admission:RedisTimeoutMilliseconds"] = "10000",
        }).Build());
        services.AddSingleton<IHostEnvironment>(new Microsoft.Extensions.Hosting.Internal.HostingEnvironment { EnvironmentName = "Development" });
        services.AddLogging();
        services.AddLedger();
        services.AddSingleton(_ledger.Database);
        services.AddAdmission();
        services.AddSingleton<IPaymentProvider>(_payments);
        services.AddSingleton<IOrderStatusPublisher>(new RecordingNews());
        services.AddTransactions();
        services.AddMediator(x => x.ConfigureMediator((context, mediator) => mediator.ConfigureOrderTransaction(context)));
        _services = services.BuildServiceProvider();
    }

    public async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        await _redis.DisposeAsync();
        await _ledger.DisposeAsync();
    }

    /// <summary>Begins the orders in an activity of their own, one buyer each.</summary>
    internal async Task<long> BeginAsync(IReadOnlyList<OrderCase> orders)
    {
        var activityId = await _ledger.AddActivityAsync(orders.Count);
        var stock = _services.GetRequiredService<IStockWarmUp>();
        await Eventually.HoldsAsync(async () => await stock.WarmUpAsync(activityId) == WarmUpOutcome.Done, "the stock is warmed up");
        await EachAsync(orders, order => AdmitAsync(order, activityId));
        return activityId;
    }

    /// <summary>Lets something happen to some orders, to all of them at once, and returns when it has.</summary>
    internal async Task HappenAsync(long activityId, IReadOnlyList<(OrderCase Order, Happening Happening)> happenings)
    {
        await MakeDueAsync(activityId);
        await EachAsync(happenings, x => HappenAsync(x.Order, x.Happening));
    }

    /// <summary>Lets everything happen to an order at the same time.</summary>
    internal async Task HappenTogetherAsync(long activityId, OrderCase order)
    {
        await MakeDueAsync(activityId);
        await Task.WhenAll(order.Word.Select(x => Task.Run(() => HappenAsync(order, x))));
    }

    /// <summary>The state of each order that MySQL knows.</summary>
    internal async Task<IReadOnlyDictionary<Guid, string>> StatesAsync(long activityId)
    {
        await using var connection = await _ledger.Database.OpenAsync();
        var rows = await connection.QueryAsync<(Guid Id, string State)>(
            "SELECT correlation_id, state FROM order_transaction WHERE activity_id = @activityId", new { activityId });
        return rows.ToDictionary(x => x.Id, x => x.State);
    }

    /// <summary>What MySQL's stock says is taken.</summary>
    internal Task<int> TakenAsync(long activityId) => _ledger.TakenAsync(activityId);

    /// <summary>The counters of Redis.</summary>
    internal async Task<SkuStock> StockAsync(long activityId)
        => (await _services.GetRequiredService<StockAdmission>().ReadStockAsync(activityId))!.Skus[1];

    /// <summary>The order's record in Redis.</summary>
    internal async Task<OrderEntryState?> RecordAsync(OrderCase order)
        => (await _services.GetRequiredService<StockAdmission>().FindEntryAsync(order.Request.ActivityId, order.OrderId))?.State;

    /// <summary>How often a payment was given back.</summary>
    internal ILookup<string, string> Refunds() => _payments.Refunds.Select(x => x.PaymentId).ToLookup(x => x);

    async Task AdmitAsync(OrderCase order, long activityId)
    {
        var admitted = await _services.GetRequiredService<StockAdmission>().AdmitAsync(new AdmissionRequest
        {
            ActivityId = activityId,
            SkuId = 1,
            BuyerId = "buyer-" + Guid.NewGuid().ToString("N"),
            Quantity = 1,
            UnitPriceCents = 1999,
        });
        admitted.Outcome.ShouldBe(AdmissionOutcome.Admitted);
        order.Request = admitted.Requested!;
        if (!order.StartsPrepared)
            return;

        (await _services.GetRequiredService<IStockParticipant>().PrepareAsync(StockReservation.Of(order.Request))).ShouldBe(PrepareOutcome.Prepared);
        var instance = OrderTransactionState.Begin(order.Request);
        instance.CurrentState = TransactionStates.Prepared;
        instance.FencingToken = 1;
        (await _services.GetRequiredService<TransactionLedger>().SaveAsync(instance, "test", null)).ShouldBeTrue();
    }

    /// <summary>Whatever the clock has to do is due: it is the clock's message, and no hour of waiting, that decides.</summary>
    Task MakeDueAsync(long activityId) => _ledger.ExecuteAsync(
        "UPDATE order_transaction SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE activity_id = @activityId AND expires_at IS NOT NULL",
        new { activityId });

    async Task HappenAsync(OrderCase order, Happening happening)
    {
        var id = order.OrderId;
        switch (happening)
        {
            case Happening.Requested:
                await SendAsync(order.Request);
                break;
            case Happening.TimedOut:
                await SendAsync(new TransactionTimedOut { OrderId = id });
                await SendAsync(new PaymentDeadlineReached { OrderId = id });
                break;
            case Happening.Cancelled:
                await AskAsync(new CancelOrder { OrderId = id, BuyerId = order.Request.BuyerId });
                break;
            case Happening.RolledBackByHand:
                await AskAsync(new RollbackTransaction { OrderId = id, Reason = "test", RequestedBy = "olga" });
                break;
            default:
                var payment = new PaymentReceived { OrderId = id, PaymentId = order.PaymentId(happening), AmountCents = 1999, PaidAt = DateTimeOffset.UtcNow };
                if ((await AskAsync(payment)).Accepted)
                {
                    lock (order.Accepted)
                        order.Accepted.Add(happening);
                }

                break;
        }
    }

    Task<bool> SendAsync<T>(T message)
        where T : class => RetryAsync(async () =>
        {
            await _services.GetRequiredService<IMediator>().Send(message);
            return true;
        });

    Task<OrderActionResult> AskAsync<T>(T message)
        where T : class => RetryAsync(async () =>
        {
            using var scope = _services.CreateScope();
            var client = _services.GetRequiredService<IMediator>().CreateRequestClient<T>(RequestTimeout.After(m: 1));
            return (await client.GetResponse<OrderActionResult>(message)).Message;
        });

    /// <summary>Orders that meet on one transaction try again, as the endpoints of a worker do.</summary>
    static async Task<T> RetryAsync<T>(Func<Task<T>> deliver)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await deliver();
            }
            catch (Exception exception) when (attempt < 100 && IsPassing(exception))
            {
                await Task.Delay(10);
            }
        }
    }

    static bool IsPassing(Exception exception) => exception switch
    {
        // A request's fault is told by the name of its exception.
        RequestFaultException fault => fault.Fault?.Exceptions.All(
            x => x.ExceptionType.EndsWith(nameof(TransactionConflictException), StringComparison.Ordinal)
                || x.ExceptionType.EndsWith(nameof(TransactionLockedException), StringComparison.Ordinal)) == true,
        _ => TransientFaults.IsTransient(exception),
    };

    static Task EachAsync<T>(IEnumerable<T> items, Func<T, Task> work)
        => Parallel.ForEachAsync(items, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (item, _) => await work(item));
}
