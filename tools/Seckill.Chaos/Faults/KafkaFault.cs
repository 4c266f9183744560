using System.Globalization;

using Seckill.Chaos.Running;

namespace Seckill.Chaos.Faults;

/// <summary>The Kafka stand-in does as it is told: commands one after another, and one at the end.</summary>
sealed class KafkaFault(string text, IReadOnlyList<string> commands, TimeSpan between, string? atEnd, TimeSpan lasts) : ChaosFault
{
    public override string Text => string.Create(CultureInfo.InvariantCulture, $"Kafka: {text}{(atEnd is null ? "" : $", for {lasts.TotalSeconds:0.0} s")}");

    public override TimeSpan Lasts => lasts;

    public override async Task BeginAsync(ChaosWorld world, CancellationToken cancellationToken)
    {
        foreach (var (index, command) in commands.Index())
        {
            if (index > 0)
                await Task.Delay(between, cancellationToken);
            await world.TellKafkaAsync(command, cancellationToken);
        }
    }

    public override Task EndAsync(ChaosWorld world, CancellationToken cancellationToken)
        => atEnd is null ? Task.CompletedTask : world.TellKafkaAsync(atEnd, cancellationToken);
}
