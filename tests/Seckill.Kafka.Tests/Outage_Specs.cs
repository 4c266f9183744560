using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Seckill.TestSupport;

namespace Seckill.Kafka.Tests;

/// <summary>These command the broker's faults, so they run on the development broker always.</summary>
public sealed class Outage_Specs : IAsyncLifetime
{
    const string Topic = "outage";
    DevKafkaServer _kafka = null!;

    public async Task InitializeAsync() => _kafka = await DevKafkaServer.StartAsync($"{Topic}:4");

    public async Task DisposeAsync() => await _kafka.DisposeAsync();

    [Fact]
    public async Task Should_start_without_a_broker_and_go_to_work_when_it_comes()
    {
        await _kafka.DownAsync();
        var handled = new ConcurrentQueue<int>();
        await using var host = await StartAsync(handled);
        (await CheckAsync(host)).ShouldBe(HealthStatus.Unhealthy);
        await Eventually.HoldsAsync(() => host.Get<IKafkaHealth>().Reachability == KafkaReachability.Unreachable, "it is known that no broker answers");
        host.Get<IKafkaHealth>().LastError.ShouldNotBeNull();

        await _kafka.UpAsync();

        await host.Get<ITopicProducer<Step>>().Produce(new Step { Name = "a", Number = 1 });
        await Eventually.HoldsAsync(() => handled.SequenceEqual([1]), "the record is handled");
        await Eventually.HoldsAsync(async () => await CheckAsync(host) == HealthStatus.Healthy, "the process is healthy");
    }

    [Fact]
    public async Task Should_report_an_outage_and_carry_on_after_it()
    {
        var handled = new ConcurrentQueue<int>();
        await using var host = await StartAsync(handled);
        await host.Get<ITopicProducer<Step>>().Produce(new Step { Name = "a", Number = 1 });
        await Eventually.HoldsAsync(() => handled.Count == 1, "the first record is handled");
        await Eventually.HoldsAsync(async () => await CheckAsync(host) == HealthStatus.Healthy, "the process is healthy");
        Endpoint(host).Status.ShouldBe(BusHealthStatus.Healthy);

        await _kafka.DownAsync();
        await Eventually.HoldsAsync(async () => await CheckAsync(host) == HealthStatus.Unhealthy, "the outage shows");
        await Eventually.HoldsAsync(() => Endpoint(host).Status == BusHealthStatus.Unhealthy, "the endpoint shows it too");

        await _kafka.UpAsync();
        await host.Get<ITopicProducer<Step>>().Produce(new Step { Name = "a", Number = 2 });
        await Eventually.HoldsAsync(() => handled.SequenceEqual([1, 2]), "the record after the outage is handled");
        await Eventually.HoldsAsync(async () => await CheckAsync(host) == HealthStatus.Healthy, "the process is healthy again");
        await Eventually.HoldsAsync(() => Endpoint(host).Status == BusHealthStatus.Healthy, "the endpoint is healthy again");
    }

    [Fact]
    public async Task Should_carry_on_after_kafka_lost_everything()
    {
        var handled = new ConcurrentQueue<int>();
        await using var host = await StartAsync(handled);
        var producer = host.Get<ITopicProducer<Step>>();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(n => producer.Produce(new Step { Name = $"k{n}", Number = n })));
        await Eventually.HoldsAsync(() => handled.Count == 20, "the records are handled");

        await _kafka.LoseEverythingAsync();

        await producer.Produce(new Step { Name = "a", Number = 100 });
        await Eventually.HoldsAsync(() => handled.Contains(100), "a record after the loss is handled", TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Should_fail_a_record_that_is_not_confirmed_in_time()
    {
        // The first record has as long, and waits for the client to get its producer id: up to two timers of half a second.
        await using var host = await StartAsync(new(), options => options.MessageTimeout = TimeSpan.FromSeconds(4));
        var producer = host.Get<ITopicProducer<Step>>();
        await producer.Produce(new Step { Name = "a", Number = 1 });
        await _kafka.DownAsync();

        var failure = await Should.ThrowAsync<KafkaUnavailableException>(producer.Produce(new Step { Name = "a", Number = 2 }));

        failure.Topic.ShouldBe(Topic);
        failure.Message.ShouldContain(Topic);
    }

    [Fact]
    public async Task Should_refuse_records_at_once_when_the_queue_is_full()
    {
        await using var host = await StartAsync(new(), options =>
        {
            options.MaxQueuedRecords = 10;
            options.MessageTimeout = TimeSpan.FromMinutes(5);
        });
        await _kafka.DownAsync();
        var producer = host.Get<ITopicProducer<Step>>();
        var produced = Enumerable.Range(0, 11).Select(n => producer.Produce(new Step { Name = "a", Number = n })).ToList();

        await Should.ThrowAsync<KafkaUnavailableException>(produced[10].WaitAsync(TimeSpan.FromSeconds(1)));
        produced[..10].ShouldAllBe(task => !task.IsCompleted);

        await _kafka.UpAsync();
        await Task.WhenAll(produced[..10]);
    }

    [Fact]
    public async Task Should_end_the_wait_of_a_producer_that_gives_up()
    {
        await using var host = await StartAsync(new());
        await _kafka.DownAsync();
        using var giveUp = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));

        await Should.ThrowAsync<OperationCanceledException>(
            host.Get<ITopicProducer<Step>>().Produce(new Step { Name = "a", Number = 1 }, giveUp.Token));
        await _kafka.UpAsync();
    }

    Task<RiderHost> StartAsync(ConcurrentQueue<int> handled, Action<KafkaProducerOptions>? produce = null) => RiderHost.StartAsync(
        _kafka.Bootstrap,
        (_, k) =>
        {
            k.ConfigureProducer(options => produce?.Invoke(options));
            k.TopicEndpoint<Step>(Topic, "readers", e =>
            {
                e.SessionTimeout = TimeSpan.FromSeconds(6);
                e.Handler<Step>(context =>
                {
                    handled.Enqueue(context.Message.Number);
                    return Task.CompletedTask;
                });
            });
        },
        rider => rider.AddProducer<Step>(Topic, m => m.Message.Name));

    static async Task<HealthStatus> CheckAsync(RiderHost host) =>
        (await host.Get<HealthCheckService>().CheckHealthAsync(check => check.Name == "kafka")).Status;

    static EndpointHealthResult Endpoint(RiderHost host) => host.Get<IKafkaRider>().CheckEndpointHealth().Single();
}
