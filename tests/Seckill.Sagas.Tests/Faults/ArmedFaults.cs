using Microsoft.Extensions.Logging.Abstractions;

using Seckill.Faults;


namespace Seckill.Sagas.Tests.Faults;

/// <summary>Fault points of which one is armed; a crash is noted instead.</summary>
static class ArmedFaults
{
    public static FaultPoints At(FaultPoint point, string fault, List<string> crashes, long seed = 0)
    {
        FaultSetting.TryParse(point, fault, out var settings).ShouldBeTrue();
        return new FaultPoints(settings, seed, new RememberedPasses(), TimeProvider.System, NullLogger.Instance, crashes.Add);
    }
}
