using System.Globalization;

using Seckill.Chaos.Detours;
using Seckill.Chaos.Running;

namespace Seckill.Chaos.Faults;

/// <summary>The way to a server is slow, or leads nowhere.</summary>
sealed class TroubledNetworkFault(string server, Trouble trouble, TimeSpan length, string text) : ChaosFault
{
    public override string Text => string.Create(CultureInfo.InvariantCulture, $"network to {server}: {text} for {length.TotalSeconds:0.0} s");

    public override TimeSpan Lasts => length;

    /// <summary>Something was on its way.</summary>
    public override bool WasMet(ChaosWorld world) => world.Detours.To(server).Any(x => x.Troubled > 0);

    public override Task BeginAsync(ChaosWorld world, CancellationToken cancellationToken)
    {
        foreach (var detour in world.Detours.To(server))
            detour.ForgetTroubled();
        return SetAsync(world, trouble);
    }

    public override Task EndAsync(ChaosWorld world, CancellationToken cancellationToken) => SetAsync(world, Trouble.None);

    Task SetAsync(ChaosWorld world, Trouble now)
    {
        foreach (var detour in world.Detours.To(server))
            detour.Trouble = now;
        return Task.CompletedTask;
    }
}

/// <summary>All connections to a server are reset, several times.</summary>
sealed class ResetFault(string server, int times, TimeSpan between) : ChaosFault
{
    int _reset;

    public override string Text => string.Create(
        CultureInfo.InvariantCulture, $"network to {server}: all connections reset, {times} times, {between.TotalMilliseconds:0} ms apart");

    public override bool WasMet(ChaosWorld world) => _reset > 0;

    public override async Task BeginAsync(ChaosWorld world, CancellationToken cancellationToken)
    {
        for (var i = 0; i < times; i++)
        {
            if (i > 0)
                await Task.Delay(between, cancellationToken);
            _reset += world.Detours.To(server).Sum(x => x.Reset());
        }
    }
}
