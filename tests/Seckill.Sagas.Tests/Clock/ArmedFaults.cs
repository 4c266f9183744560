using Microsoft.Extensions.Logging.Abstractions;

using Seckill.Sagas.Faults;

namespace Seckill.Sagas.Tests.Clock;

/// <summary>Fault points of which one is armed; a crash is noted instead.</summary>
static class ArmedFaults
{
    public static FaultPoints At(string point, string fault, List<string> crashes)
    {
        FaultSetting.TryParse(point, fault, out var settings).ShouldBeTrue();
        return new FaultPoints(settings, new RememberedPasses(), TimeProvider.System, NullLogger.Instance, crashes.Add);
    }
}
