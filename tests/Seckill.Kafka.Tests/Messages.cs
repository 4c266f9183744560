using MassTransit;

namespace Seckill.Kafka.Tests;

/// <summary>What the tests send.</summary>
public sealed record Step
{
    public required string Name { get; init; }

    public required int Number { get; init; }
}

/// <summary>What consumers of the tests publish to the bus.</summary>
public sealed record StepNoted(int Number);

/// <summary>A message that has a correlation id by convention.</summary>
public sealed record Correlated(Guid CorrelationId) : CorrelatedBy<Guid>;
