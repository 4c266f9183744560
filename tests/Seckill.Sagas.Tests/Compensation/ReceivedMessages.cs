using System.Collections.Concurrent;

using MassTransit;

namespace Seckill.Sagas.Tests.Compensation;

/// <summary>Which messages endpoints took for consumed. Those that are not go to a skipped queue, or, from Kafka, to the dead-letter topic.</summary>
sealed class ReceivedMessages : IReceiveObserver
{
    readonly ConcurrentDictionary<Uri, (int Consumed, int Skipped)> _counts = new();

    public (int Consumed, int Skipped) At(string queue)
        => _counts.SingleOrDefault(x => x.Key.AbsolutePath.EndsWith("/" + queue, StringComparison.Ordinal)).Value;

    public Task PreReceive(ReceiveContext context) => Task.CompletedTask;

    public Task PostReceive(ReceiveContext context)
    {
        var (consumed, skipped) = context.IsDelivered ? (1, 0) : (0, 1);
        _counts.AddOrUpdate(context.InputAddress, (consumed, skipped), (_, x) => (x.Consumed + consumed, x.Skipped + skipped));
        return Task.CompletedTask;
    }

    public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
        where T : class
        => Task.CompletedTask;

    public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
        where T : class
        => Task.CompletedTask;

    public Task ReceiveFault(ReceiveContext context, Exception exception) => Task.CompletedTask;
}
