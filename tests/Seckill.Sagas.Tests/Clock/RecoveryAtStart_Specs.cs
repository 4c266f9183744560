using MassTransit.Testing;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

using Seckill.Contracts;
using Seckill.Ledger;
using Seckill.Sagas.Clock;
using Seckill.Sagas.Recovery;
using Seckill.Sagas.Transactions;
using Seckill.TestSupport;

namespace Seckill.Sagas.Tests.Clock;

[Collection(ClockCollection.Name)]
public class RecoveryAtStart_Specs(ClockDatabase databases) : IAsyncLifetime
{
    MySqlOptions _options = new();

    public async Task InitializeAsync() => _options = await databases.NewDatabaseAsync();

    public Task DisposeAsync() => ClockDatabase.DropAsync(_options);

    [Fact]
    public async Task Should_resume_what_a_crash_left_as_soon_as_MySQL_is_there()
    {
        await using var gate = new TcpGate(_options.Port);
        var longAgo = DateTimeOffset.UtcNow.AddMinutes(-1);
        var abandoned = await new DueRows(_options).AddAsync(TransactionStates.RollingBack, longAgo);
        await using var services = ClockDatabase.Services(_options.Through(gate.Port)).AddTransactionScans().AddHostedService<RecoveryAtStart>().BuildServiceProvider();
        var recovery = services.GetServices<IHostedService>().OfType<RecoveryAtStart>().Single();
        // Starts the hosted services as well, recovery among them.
        var harness = services.GetRequiredService<ITestHarness>();
        await harness.Start();
        recovery.ExecuteTask!.IsCompleted.ShouldBeFalse();

        gate.Open();

        await Eventually.HoldsAsync(() => Task.FromResult(recovery.ExecuteTask!.IsCompleted), "recovery is through");
        harness.Sent.Select<ResumeTransaction>().Select(x => x.Context.Message.OrderId).ShouldBe([abandoned]);
    }

    [Fact]
    public async Task Should_not_keep_a_worker_from_stopping_while_MySQL_is_away()
    {
        await using var gate = new TcpGate(_options.Port);
        await using var services = ClockDatabase.Services(_options.Through(gate.Port)).AddTransactionClock().BuildServiceProvider();
        var hosted = services.GetServices<IHostedService>().Where(x => x is RecoveryAtStart or ClockHost).ToList();
        hosted.Count.ShouldBe(2);
        foreach (var service in hosted)
            await service.StartAsync(CancellationToken.None);

        await Task.WhenAll(hosted.Select(x => x.StopAsync(CancellationToken.None))).WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Should_let_messages_expire_when_the_next_look_repeats_them()
    {
        await new DueRows(_options).AddAsync(TransactionStates.Committed, DueRows.Now);
        await using var services = ClockDatabase.Services(_options, ("Clock:ResendAfterSeconds", "17")).AddTransactionScans().BuildServiceProvider();
        var harness = services.GetRequiredService<ITestHarness>();
        await harness.Start();

        await services.GetRequiredService<PaymentDeadlineScan>().RunAsync(DueRows.Now);

        harness.Sent.Select<PaymentDeadlineReached>().Single().Context.TimeToLive.ShouldBe(TimeSpan.FromSeconds(17));
    }
}
