namespace Seckill.System.Tests.WholeSystem;

/// <summary>Whole systems run one after another: they share RabbitMQ's queue, and two cores.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SystemCollection
{
    public const string Name = "system";
}
