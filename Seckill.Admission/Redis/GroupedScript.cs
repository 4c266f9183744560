using System.Globalization;

using Seckill.Ledger;

using StackExchange.Redis;

namespace Seckill.Admission.Redis;

/// <summary>
/// A Lua script that is written for one call and run for many at once: see <see cref="GroupedCalls{TKey,TCall,TAnswer}"/>. Each call succeeds or
/// fails for itself; a call to Redis that fails as a whole fails all of its calls.
/// </summary>
/// <param name="connection">The server.</param>
/// <param name="script">Made by <see cref="GroupedScript.Wrap"/>.</param>
/// <param name="sharedKeys">The keys that the calls of a group share; calls of different groups do not travel together.</param>
/// <param name="sharedArguments">The arguments that they share.</param>
/// <param name="timeout">How long a call may wait, and how long Redis may take.</param>
/// <param name="time">The clock.</param>
sealed class GroupedScript<TGroup>(
    RedisConnection connection, RedisScript script, Func<TGroup, RedisKey[]> sharedKeys, Func<TGroup, RedisValue[]> sharedArguments, TimeSpan timeout,
    TimeProvider time)
    where TGroup : notnull
{
    /// <summary>Redis does nothing else while it runs a script: at about 10 µs a call, this many keep others waiting for a millisecond.</summary>
    const int CallsPerScript = 100;

    readonly GroupedCalls<TGroup, ScriptCall, ScriptAnswer> _calls = new(
        (group, calls) => SendAsync(connection, script, sharedKeys(group), sharedArguments(group), calls, timeout), CallsPerScript, timeout, time);

    /// <summary>Runs the script for one call.</summary>
    /// <param name="group">What it has in common with those it may travel with.</param>
    /// <param name="keys">Its own keys; every call has as many.</param>
    /// <param name="arguments">Its own arguments; every call has as many.</param>
    /// <exception cref="RedisScriptException">The script failed for this call.</exception>
    /// <exception cref="RedisException">The server can't be reached, or could not run the script.</exception>
    /// <exception cref="TimeoutException">No answer in time: the outcome is unknown.</exception>
    public async Task<RedisResult> AskAsync(TGroup group, RedisKey[] keys, RedisValue[] arguments)
    {
        var answer = await _calls.AskAsync(group, new ScriptCall(keys, arguments)).ConfigureAwait(false);
        return answer.Error is null ? answer.Value! : throw new RedisScriptException(answer.Error);
    }

    static async Task<IReadOnlyList<ScriptAnswer>> SendAsync(
        RedisConnection connection, RedisScript script, RedisKey[] sharedKeys, RedisValue[] sharedArguments, IReadOnlyList<ScriptCall> calls, TimeSpan timeout)
    {
        var word = Guid.CreateVersion7().ToString("N");
        var keys = Joined(sharedKeys, calls, x => x.Keys);
        RedisValue[] lead = [word, sharedKeys.Length, calls[0].Keys.Length, sharedArguments.Length, calls[0].Arguments.Length, .. sharedArguments];
        var arguments = Joined(lead, calls, x => x.Arguments);
        RedisInstruments.Grouped(script.Name, calls.Count);
        var database = await connection.DatabaseAsync().ConfigureAwait(false);
        var reply = await script.EvaluateAsync(database, keys, arguments, timeout, CancellationToken.None).ConfigureAwait(false);
        return Answers(reply, word, calls.Count)
            ?? throw new TimeoutException($"The Redis client mixed answers up: the one of script '{script.Hash}' is lost");
    }

    /// <summary>What the calls share, and then what each has of its own.</summary>
    static TItem[] Joined<TItem>(TItem[] shared, IReadOnlyList<ScriptCall> calls, Func<ScriptCall, TItem[]> ownOf)
    {
        var each = ownOf(calls[0]).Length;
        var all = new TItem[shared.Length + (calls.Count * each)];
        shared.CopyTo(all, 0);
        for (var i = 0; i < calls.Count; i++)
            ownOf(calls[i]).CopyTo(all, shared.Length + (i * each));
        return all;
    }

    /// <summary>
    /// The answers in a reply; null when it is not the one to these calls. The client keeps its places for answers in a pool, and nobody may ever be given
    /// what is somebody else's, which may look like anything.
    /// </summary>
    static ScriptAnswer[]? Answers(RedisResult reply, string word, int calls)
    {
        try
        {
            return (RedisResult[]?)reply is [var echo, var answers] && (string?)echo == word && (RedisResult[]?)answers is { } all && all.Length == calls
                ? Array.ConvertAll(all, ScriptAnswer.From)
                : null;
        }
        catch (InvalidCastException)
        {
            return null;
        }
    }

    readonly record struct ScriptCall(RedisKey[] Keys, RedisValue[] Arguments);

    readonly record struct ScriptAnswer(RedisResult? Value, string? Error)
    {
        public static ScriptAnswer From(RedisResult answer)
        {
            var parts = (RedisResult[])answer!;
            return (int)parts[0] == 1 ? new ScriptAnswer(parts[1], null) : new ScriptAnswer(null, (string?)parts[1] ?? "");
        }
    }
}

/// <summary>Makes scripts for groups of calls.</summary>
static class GroupedScript
{
    const string CallPlace = "--[[call]]";
    const string EndPlace = "--[[end]]";

    static readonly string Envelope = EmbeddedScript.Read(typeof(GroupedScript).Assembly, "grouped.lua");

    /// <summary>The script, of this name in metrics, that runs <paramref name="call"/> for each call of a group, with <paramref name="prelude"/> before and <paramref name="end"/> after all.</summary>
    public static RedisScript Wrap(string name, string call, string prelude = "", string end = "")
        => new(name, string.Create(CultureInfo.InvariantCulture,
            $"{prelude}\n{Envelope.Replace(CallPlace, call, StringComparison.Ordinal).Replace(EndPlace, end, StringComparison.Ordinal)}"));
}
