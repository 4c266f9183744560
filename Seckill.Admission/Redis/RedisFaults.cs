using StackExchange.Redis;

namespace Seckill.Admission.Redis;

/// <summary>Tells Redis' passing faults from bugs.</summary>
public static class RedisFaults
{
    /// <summary>
    /// Whether repeating the call may help: the connection fell, no answer came in time, or the server is loading, failing over, out of
    /// reach or out of room. The outcome of the failed call is unknown, so only an idempotent one may be repeated.
    /// </summary>
    public static bool IsTransient(Exception exception) => exception switch
    {
        TimeoutException or IOException or RedisConnectionException => true,
        _ => HasNoRoom(exception) || Begins(exception, TransientErrors),
    };

    /// <summary>
    /// The server answers, also each PING in the first case, and takes no writes of anybody: its memory is full (<c>OOM</c>, with <c>noeviction</c>), or its disk does not take what it
    /// writes (<c>MISCONF</c>).
    /// </summary>
    public static bool HasNoRoom(Exception exception) => Begins(exception, ["OOM", "MISCONF"]);

    static bool Begins(Exception exception, ReadOnlySpan<string> errors)
    {
        if (exception is RedisServerException or RedisScriptException)
        {
            foreach (var error in errors)
            {
                if (exception.Message.StartsWith(error, StringComparison.Ordinal))
                    return true;
            }
        }

        return false;
    }

    static readonly string[] TransientErrors =
        ["LOADING", "BUSY", "TRYAGAIN", "CLUSTERDOWN", "MASTERDOWN", "READONLY", "NOREPLICAS", "MOVED", "ASK"];
}
