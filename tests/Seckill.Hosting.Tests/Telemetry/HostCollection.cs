namespace Seckill.Hosting.Tests.Telemetry;

/// <summary>Tests with a host come one after another: hosts of one process see each other's meters.</summary>
[CollectionDefinition(Name)]
public sealed class HostCollection
{
    public const string Name = "hosts";
}
