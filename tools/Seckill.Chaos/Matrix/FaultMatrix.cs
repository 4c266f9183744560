using System.Globalization;

using Seckill.Chaos.Detours;
using Seckill.Chaos.Faults;
using Seckill.Chaos.Running;

namespace Seckill.Chaos.Matrix;

/// <summary>All cells: every server and program with every fault of a process and of a network, the faults that only one of them can have, and the fault points.</summary>
static class FaultMatrix
{
    static readonly TimeSpan Standstill = TimeSpan.FromSeconds(20);

    // Errors of Kafka's protocol that a cluster gives while it is at odds with itself.
    const int NotLeader = 6;
    const int RequestTimedOut = 7;
    const int NotEnoughReplicas = 19;
    const int ConnectionFell = -195;

    // The groups whose coordinator moves with the leaders.
    const string Groups = "order-transactions compensation dead-letters";

    public static IReadOnlyList<Cell> All { get; } =
    [
        .. ServerNames.All.Where(x => !ServerNames.LockMasters.Contains(x)).SelectMany(OfServer),
        OfMySql(), .. OfKafka(), .. OfRedis(), .. OfLockMasters(), .. OfPrograms(), .. OfClocks(), .. PointCells.All,
    ];

    /// <summary>The cells whose names fit one of several patterns with commas between, in which * stands for anything; a part of a name does, too.</summary>
    public static IReadOnlyList<Cell> Matching(string? patterns) => patterns is null
        ? All
        : [.. All.Where(x => Patterns(patterns).Any(y => Fits(x.Name, y)))];

    /// <summary>The patterns one by one.</summary>
    public static IReadOnlyList<string> Patterns(string? patterns) => patterns?.Split(',', StringSplitOptions.TrimEntries) ?? [];

    static bool Fits(string name, string pattern)
        => pattern.Contains('*') ? System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, name) : name == pattern || (name + "/").StartsWith(pattern + "/", StringComparison.Ordinal);

    static IEnumerable<Cell> OfServer(string server)
    {
        var mix = server is ServerNames.RabbitMq or ServerNames.Postgres or ServerNames.Kafka ? SaleMix.Failing : SaleMix.Plain;
        yield return new Cell($"{server}/kill", server, mix, x => new EndFault([server], Seconds(x, 0.5, 5), isKilled: true));
        yield return new Cell($"{server}/restart", server, mix, x => new EndFault([server], Seconds(x, 0, 1), isKilled: false));
        foreach (var cell in Standing(server, server, mix))
            yield return cell;
    }

    /// <summary>Faults of which a process does not end.</summary>
    static IEnumerable<Cell> Standing(string name, string? server, SaleMix mix)
    {
        yield return new Cell($"{name}/pause", server, mix, _ => new StandstillFault(name, Standstill));
        // A server that is not ours has a network, too. That of Kafka has a way only where it leads to the stand-in.
        var needed = server == ServerNames.Kafka ? server : null;
        yield return new Cell($"{name}/reset", needed, mix, x => new ResetFault(name, x.Next(1, 6), TimeSpan.FromMilliseconds(x.Next(100, 1500))));
        yield return new Cell($"{name}/latency", needed, mix, x => Latency(name, x.Next(50, 400), Seconds(x, 4, 8)));
        yield return new Cell($"{name}/throttled", needed, mix, x => Throttled(name, x.Next(8, 64), Seconds(x, 4, 8)));
        yield return new Cell(
            $"{name}/black-hole", needed, mix,
            x => new TroubledNetworkFault(name, new Trouble(Holds: true), Seconds(x, 4, 15), "nothing gets through and nothing is refused"));
    }

    static Cell OfMySql() => new(
        "mysql/kill-in-commit", ServerNames.MySql, SaleMix.Plain, x => new KillInCommitFault(TimeSpan.FromMilliseconds(x.Next(0, 6)), Seconds(x, 0.5, 5)));

    static IEnumerable<Cell> OfKafka()
    {
        Cell Of(string name, Func<Random, ChaosFault> draw) => new($"kafka/{name}", ServerNames.Kafka, SaleMix.Failing, draw);
        yield return Of("down", x => new KafkaFault("all brokers unreachable", ["down"], default, "up", Seconds(x, 2, 10)));
        yield return Of("lost", _ => new KafkaFault("all records, groups and offsets lost", ["lose"], default, null, default));
        yield return Of("leader-moved", x => Moved(x.Next(1, 6), TimeSpan.FromMilliseconds(x.Next(300, 2000))));
        yield return Of("produce-errors", x => Failing(x, "produce", [NotLeader, RequestTimedOut, NotEnoughReplicas, ConnectionFell]));
        yield return Of("fetch-errors", x => Failing(x, "fetch", [NotLeader, RequestTimedOut, ConnectionFell]));
    }

    static IEnumerable<Cell> OfRedis()
    {
        yield return new Cell(
            "redis-stock/lost-tail", ServerNames.StockRedis, SaleMix.Plain, x => new LostTailFault(ServerNames.StockRedis, Seconds(x, 0.3, 1), Seconds(x, 0, 3)));
        yield return new Cell("redis-stock/emptied", ServerNames.StockRedis, SaleMix.Plain, _ => new EmptiedRedisFault(ServerNames.StockRedis));
        yield return new Cell("redis-cache/emptied", ServerNames.CacheRedis, SaleMix.Failing, _ => new EmptiedRedisFault(ServerNames.CacheRedis));
    }

    static IEnumerable<Cell> OfLockMasters()
    {
        foreach (var lost in new[] { 1, 2, 3 })
        {
            yield return new Cell(
                string.Create(CultureInfo.InvariantCulture, $"lock-masters/{lost}-lost"), null, SaleMix.Failing,
                x => new OneByOneFault([.. Shuffled(x, ServerNames.LockMasters).Take(lost)], Seconds(x, 0.5, 3), Seconds(x, 2, 8)));
        }

        static string One(Random random) => ServerNames.LockMasters[random.Next(ServerNames.LockMasters.Count)];
        yield return new Cell("lock-masters/restart", null, SaleMix.Failing, x => new EndFault([One(x)], Seconds(x, 0, 1), isKilled: false));
        yield return new Cell("lock-masters/reset", null, SaleMix.Failing, x => new ResetFault(One(x), x.Next(1, 6), TimeSpan.FromMilliseconds(x.Next(100, 1500))));
        yield return new Cell("lock-masters/latency", null, SaleMix.Failing, x => Latency(One(x), x.Next(50, 400), Seconds(x, 4, 8)));
        yield return new Cell("lock-masters/throttled", null, SaleMix.Failing, x => Throttled(One(x), x.Next(8, 64), Seconds(x, 4, 8)));
        yield return new Cell("lock-masters/pause", null, SaleMix.Failing, x => new StandstillFault(Shuffled(x, ServerNames.LockMasters)[0], Standstill));
        yield return new Cell(
            "lock-masters/black-hole", null, SaleMix.Failing,
            x => new TroubledNetworkFault(Shuffled(x, ServerNames.LockMasters)[0], new Trouble(Holds: true), Seconds(x, 4, 15), "nothing gets through and nothing is refused"));
    }

    static IEnumerable<Cell> OfPrograms()
    {
        foreach (var (kind, names) in new[] { ("api", ProgramNames.Apis), ("worker", ProgramNames.Workers) })
        {
            var mix = kind == "worker" ? SaleMix.Failing : SaleMix.Plain;
            yield return new Cell($"{kind}/kill-one", null, mix, x => new EndFault([names[x.Next(names.Count)]], Seconds(x, 0, 3), isKilled: true));
            yield return new Cell($"{kind}/kill-all", null, mix, x => new EndFault(names, Seconds(x, 0, 3), isKilled: true));
            yield return new Cell($"{kind}/restart-one", null, mix, x => new EndFault([names[x.Next(names.Count)]], TimeSpan.Zero, isKilled: false));
            yield return new Cell($"{kind}/restart-all", null, mix, _ => new EndFault(names, TimeSpan.Zero, isKilled: false));
            yield return new Cell($"{kind}/pause-one", null, mix, x => new StandstillFault(names[x.Next(names.Count)], Standstill));
        }

        foreach (var cell in Standing("api-2", null, SaleMix.Plain).Where(x => x.Name != "api-2/pause"))
            yield return cell with { Name = cell.Name.Replace("api-2/", "api/", StringComparison.Ordinal) };
    }

    static IEnumerable<Cell> OfClocks()
    {
        foreach (var (kind, program) in new[] { ("api", "api-2"), ("worker", "worker-2") })
        {
            yield return new Cell($"clock/{kind}-ahead", null, SaleMix.Failing, x => new ClockFault(program, TimeSpan.FromSeconds(x.Next(20, 200)), Seconds(x, 4, 10)));
            yield return new Cell($"clock/{kind}-behind", null, SaleMix.Failing, x => new ClockFault(program, -TimeSpan.FromSeconds(x.Next(20, 200)), Seconds(x, 4, 10)));
        }
    }

    static TroubledNetworkFault Latency(string name, int milliseconds, TimeSpan length) => new(
        name, new Trouble(TimeSpan.FromMilliseconds(milliseconds)), length, string.Create(CultureInfo.InvariantCulture, $"{milliseconds} ms late each way"));

    static TroubledNetworkFault Throttled(string name, int kilobytes, TimeSpan length) => new(
        name, new Trouble(BytesPerSecond: kilobytes * 1024), length, string.Create(CultureInfo.InvariantCulture, $"{kilobytes} KiB/s on each connection"));

    static KafkaFault Moved(int times, TimeSpan between) => new(
        string.Create(CultureInfo.InvariantCulture, $"leaders and coordinators moved {times} times, {between.TotalMilliseconds:0} ms apart"),
        [.. Enumerable.Repeat("move " + Groups, times)], between, null, default);

    static KafkaFault Failing(Random random, string request, int[] errors)
    {
        var (times, error) = (random.Next(5, 60), errors[random.Next(errors.Length)]);
        var command = string.Create(CultureInfo.InvariantCulture, $"fail {request} {times} {error}");
        return new KafkaFault(string.Create(CultureInfo.InvariantCulture, $"the next {times} {request} requests fail with error {error}"), [command], default, null, default);
    }

    static string[] Shuffled(Random random, IReadOnlyList<string> names)
    {
        var shuffled = names.ToArray();
        random.Shuffle(shuffled);
        return shuffled;
    }

    static TimeSpan Seconds(Random random, double least, double most) => TimeSpan.FromMilliseconds(random.Next((int)(least * 1000), (int)(most * 1000) + 1));
}
