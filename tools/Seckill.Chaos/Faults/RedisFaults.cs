using System.Globalization;

using Seckill.Chaos.Running;

namespace Seckill.Chaos.Faults;

/// <summary>A Redis is emptied while it runs.</summary>
sealed class EmptiedRedisFault(string server) : ChaosFault
{
    public override string Text => $"FLUSHALL on {server}";

    public override Task BeginAsync(ChaosWorld world, CancellationToken cancellationToken) => world.TellRedisAsync(server, "FLUSHALL", cancellationToken);
}

/// <summary>
/// A Redis is killed, and what it appended to its file in the last moments is gone: the operating system had it, as between two syncs of <c>everysec</c>, and the
/// machine lost power.
/// </summary>
sealed class LostTailFault(string server, TimeSpan tail, TimeSpan away) : ChaosFault
{
    bool _wasCut;

    public override string Text => string.Create(
        CultureInfo.InvariantCulture,
        $"kill -9 of {server} and loss of the last {tail.TotalSeconds:0.0} s of its append-only file, started again after {away.TotalSeconds:0.0} s");

    public override TimeSpan Lasts => away;

    public override async Task BeginAsync(ChaosWorld world, CancellationToken cancellationToken)
    {
        var before = Increment(world);
        var length = before.Length;
        await Task.Delay(tail, cancellationToken);
        await world.Stage.KillAsync(server);
        var after = Increment(world);
        await using var file = after.Open(FileMode.Open, FileAccess.Write);
        // A rewrite in between has begun a file that is younger than the tail.
        var kept = after.FullName == before.FullName ? length : 0;
        _wasCut = file.Length > kept;
        file.SetLength(kept);
    }

    /// <summary>There was a tail to lose.</summary>
    public override bool WasMet(ChaosWorld world) => _wasCut;

    public override Task EndAsync(ChaosWorld world, CancellationToken cancellationToken) => world.Stage.StartServersAsync(server);

    FileInfo Increment(ChaosWorld world)
        => new DirectoryInfo(Path.Combine(world.DataFolder.FullName, server, "appendonlydir")).GetFiles("*.incr.aof").MaxBy(x => x.Name)!;
}
