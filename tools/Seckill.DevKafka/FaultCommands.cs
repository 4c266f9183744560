using System.Globalization;

namespace Seckill.DevKafka;

/// <summary>The commands that make the brokers fail.</summary>
public sealed class FaultCommands : IDisposable
{
    const string Known = "down, up, lose, move [GROUP…], fail produce|fetch TIMES ERROR, quit";
    const int MostFailures = 10_000;

    readonly DevKafkaOptions _options;
    readonly Lock _lock = new();
    MockCluster _cluster;

    /// <summary>Starts the brokers; the front accepts nobody yet.</summary>
    /// <param name="options">What to run.</param>
    public FaultCommands(DevKafkaOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _cluster = NewCluster();
        try
        {
            Front = new KafkaFront(options.Listen, options.Advertised, _cluster, options.DefaultPartitions);
        }
        catch
        {
            _cluster.Dispose();
            throw;
        }
    }

    /// <summary>What clients connect to.</summary>
    public KafkaFront Front { get; }

    /// <summary>Does what a line says; returns what is wrong with the line, or null.</summary>
    /// <param name="line">The command with its arguments, blanks between.</param>
    public string? Obey(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        lock (_lock)
        {
            switch (line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                case ["down"]:
                    Front.Down();
                    return null;
                case ["up"]:
                    Front.Up();
                    return null;
                case ["lose"]:
                    // New brokers with the same topics: records, groups and committed offsets are gone, the addresses are not.
                    var lost = _cluster;
                    _cluster = NewCluster();
                    Front.SwitchTo(_cluster);
                    lost.Dispose();
                    return null;
                case ["move", .. var groups]:
                    _cluster.MoveLeaders(groups);
                    return null;
                case ["fail", "produce" or "fetch", var times, var error] words when Number(times, 1, MostFailures) is { } count && Number(error, -1000, 1000) is { } code:
                    _cluster.Records.Fail(words[1] == "produce" ? RecordRequests.ProduceApi : RecordRequests.FetchApi, Enumerable.Repeat((short)code, count));
                    return null;
                default:
                    return $"Unknown command '{line}'. Commands: {Known}.";
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Front.Dispose();
        _cluster.Dispose();
    }

    static int? Number(string text, int least, int most)
        => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : null;

    MockCluster NewCluster()
    {
        var cluster = new MockCluster(_options.Listen.Count);
        foreach (var topic in _options.Topics)
            cluster.EnsureTopic(topic);
        return cluster;
    }
}
