using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

using StackExchange.Redis;

namespace Seckill.Admission.Redis;

/// <summary>
/// A Lua script, called by its hash. A server that does not have it (new, restarted, <c>SCRIPT FLUSH</c>) is sent the text and keeps it;
/// any number of callers may find that out at once, because <c>NOSCRIPT</c> means that nothing was run.
/// </summary>
/// <param name="name">What it is called in metrics.</param>
/// <param name="text">The script.</param>
sealed class RedisScript(string name, string text)
{
#pragma warning disable CA5350 // Redis names scripts by SHA-1; nothing is protected by it.
    readonly byte[] _hash = SHA1.HashData(Encoding.UTF8.GetBytes(text));
#pragma warning restore CA5350

    /// <summary>What it is called in metrics.</summary>
    public string Name => name;

    /// <summary>What the server calls it.</summary>
    public string Hash => Convert.ToHexStringLower(_hash);

    /// <exception cref="RedisException">The server can't be reached, or the script failed.</exception>
    /// <exception cref="TimeoutException">No answer in time: the outcome is unknown.</exception>
    public async Task<RedisResult> EvaluateAsync(
        IDatabase database, RedisKey[] keys, RedisValue[] arguments, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            var answer = await SendAsync(database, keys, arguments, timeout, cancellationToken).ConfigureAwait(false);
            RedisInstruments.Called(name, began, failure: null);
            return answer;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            RedisInstruments.Called(name, began, exception);
            throw;
        }
    }

    async Task<RedisResult> SendAsync(IDatabase database, RedisKey[] keys, RedisValue[] arguments, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await database.ScriptEvaluateAsync(_hash, keys, arguments).WaitAsync(timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (RedisServerException exception) when (exception.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            object[] call = [text, keys.Length, .. keys, .. arguments];
            return await database.ExecuteAsync("EVAL", call).WaitAsync(timeout, cancellationToken).ConfigureAwait(false);
        }
    }
}
