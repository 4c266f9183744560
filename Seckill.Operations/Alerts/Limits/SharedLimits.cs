using System.Security.Cryptography;
using System.Text;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Seckill.Admission.Redis;
using Seckill.Ledger;
using Seckill.Operations.Alerts.Spool;

using StackExchange.Redis;

namespace Seckill.Operations.Alerts.Limits;

/// <summary>
/// What processes agree on through the cache Redis. It may be exactly what is down: when it does not answer in time, the caller decides
/// alone, and for a while it is not asked again, so that alerts do not wait for it one by one.
/// </summary>
sealed class SharedLimits(
    IOptions<AlertsOptions> options, TimeProvider clock, ILogger<SharedLimits> logger, RedisConnections? connections = null)
{
    static readonly string ClaimScript = EmbeddedScript.Read(typeof(SharedLimits).Assembly, "Limits.Scripts.claim.lua");
    static readonly string SlotScript = EmbeddedScript.Read(typeof(SharedLimits).Assembly, "Limits.Scripts.take_slot.lua");

    /// <summary>For how long a Redis that did not answer is left alone.</summary>
    internal static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    long _askAgainAt;

    /// <summary>Who tells this alert; null when Redis does not answer.</summary>
    public async Task<Claim?> ClaimAsync(SpoolEntry entry, CancellationToken cancellationToken)
    {
        var alert = entry.Alert;
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{alert.Kind}\n{alert.Key}")))[..32];
        var answer = await AskAsync(
            ClaimScript,
            [$"alerts:{{{name}}}:told", $"alerts:{{{name}}}:repeats"],
            [alert.IsResolved ? "resolved" : "firing", entry.Id, (long)options.Value.DeduplicationWindow.TotalMilliseconds, entry.Repeats],
            cancellationToken).ConfigureAwait(false);
        if (answer is null)
            return null;
        var values = (RedisResult[])answer!;
        return new Claim((long)values[0] == 1, (long)values[1], TimeSpan.FromMilliseconds((long)values[2]));
    }

    /// <summary>How long a message to a receiver must wait, zero when it may go now; null when Redis does not answer.</summary>
    public async Task<TimeSpan?> TakeSlotAsync(string receiver, int limit, TimeSpan window, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(
            SlotScript, [$"alerts:sent:{receiver}"], [limit, (long)window.TotalMilliseconds, Guid.NewGuid().ToString("N")], cancellationToken)
            .ConfigureAwait(false);
        return answer is null ? null : TimeSpan.FromMilliseconds((long)answer);
    }

    async Task<RedisResult?> AskAsync(string script, RedisKey[] keys, RedisValue[] arguments, CancellationToken cancellationToken)
    {
        if (connections is null || clock.GetUtcNow().UtcTicks < Interlocked.Read(ref _askAgainAt))
            return null;
        try
        {
            return await CallAsync().WaitAsync(options.Value.RedisTimeout, cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever Redis does, alerts go on; the reason is logged.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Interlocked.Exchange(ref _askAgainAt, (clock.GetUtcNow() + Pause).UtcTicks);
            logger.LogWarning("The cache Redis does not answer, so this process limits its alerts alone for {Pause}: {Reason}",
                Pause, exception.Message);
            return null;
        }

        async Task<RedisResult> CallAsync()
        {
            var database = await connections.Cache.DatabaseAsync().ConfigureAwait(false);
            object[] call = [script, keys.Length, .. keys, .. arguments];
            return await database.ExecuteAsync("EVAL", call).ConfigureAwait(false);
        }
    }
}
