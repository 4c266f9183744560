using Microsoft.Extensions.Options;

using Seckill.Admission.Redis;
using Seckill.Ledger;

using StackExchange.Redis;

namespace Seckill.Admission.Stock;

/// <summary>Runs the scripts in <c>Stock/Scripts</c> on the stock Redis.</summary>
sealed class StockScripts(RedisConnections connections, IOptions<AdmissionOptions> options)
{
    /// <summary>The stock is the second of the shared keys.</summary>
    const string WriteCounts = "write_counts(KEYS[2])";

    static readonly string Prelude = Read("arguments") + "\n" + Read("stock");

    readonly TimeSpan _timeout = options.Value.RedisTimeout;

    // For one order each, and run for many.
    public static RedisScript Admit { get; } = LoadGrouped("admit");
    public static RedisScript Prepare { get; } = LoadGrouped("prepare");
    public static RedisScript Commit { get; } = LoadGrouped("commit");
    public static RedisScript Release { get; } = LoadGrouped("release");

    public static RedisScript RebuildBegin { get; } = Load("rebuild_begin");
    public static RedisScript RebuildLoad { get; } = Load("rebuild_load");
    public static RedisScript RebuildAdopt { get; } = Load("rebuild_adopt");
    public static RedisScript RebuildFinish { get; } = Load("rebuild_finish");
    public static RedisScript Due { get; } = Load("due");
    public static RedisScript MarkPublished { get; } = Load("mark_published");
    public static RedisScript Settle { get; } = Load("settle");

    public ValueTask<IDatabase> DatabaseAsync() => connections.Stock.DatabaseAsync();

    /// <inheritdoc cref="RedisScript.EvaluateAsync" path="/exception"/>
    public async Task<RedisResult> RunAsync(RedisScript script, RedisKey[] keys, RedisValue[] arguments, CancellationToken cancellationToken)
    {
        var database = await DatabaseAsync().ConfigureAwait(false);
        return await script.EvaluateAsync(database, keys, arguments, _timeout, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs a script that answers with an array, its code first.</summary>
    /// <inheritdoc cref="RedisScript.EvaluateAsync" path="/exception"/>
    public async Task<StockAnswer> AskAsync(RedisScript script, RedisKey[] keys, RedisValue[] arguments, CancellationToken cancellationToken)
        => StockAnswer.From(await RunAsync(script, keys, arguments, cancellationToken).ConfigureAwait(false));

    /// <summary>One of the scripts for an order, for the orders of an activity that come together.</summary>
    /// <param name="script">The script.</param>
    /// <param name="settings">What follows the arguments of an order.</param>
    /// <param name="time">The clock.</param>
    public GroupedScript<long> Grouped(RedisScript script, RedisValue[] settings, TimeProvider time)
        => new(connections.Stock, script, SharedKeys, _ => settings, _timeout, time);

    static RedisKey[] SharedKeys(long activityId)
    {
        var keys = new StockKeys(activityId);
        return [keys.Meta, keys.Stock, keys.Buyers, keys.Pending];
    }

    static RedisScript LoadGrouped(string name) => GroupedScript.Wrap(name, Read(name), Prelude, WriteCounts);

    static RedisScript Load(string name) => new(name, Prelude + "\n" + Read(name));

    static string Read(string name) => EmbeddedScript.Read(typeof(StockScripts).Assembly, name + ".lua");
}

/// <summary>What a script answered: a code, and values that depend on it.</summary>
readonly record struct StockAnswer(RedisValue[] Values)
{
    public static StockAnswer From(RedisResult answer) => new((RedisValue[])answer!);

    public string Code => (string)Values[0]!;

    public RedisValue this[int index] => index < Values.Length ? Values[index] : RedisValue.Null;
}
