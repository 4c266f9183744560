using StackExchange.Redis;

namespace Seckill.Admission.Redis;

/// <summary>Tells Redis' passing faults from bugs.</summary>
public static class RedisFaults
{
    /// <summary>
    /// Whether repeating the call may help: the connection fell, no answer came in time, or the server is loading, failing over or out of
    /// reach. The outcome of the failed call is unknown, so only an idempotent one may be repeated.
    /// </summary>
    public static bool IsTransient(Exception exception) => exception switch
    {
        TimeoutException or IOException or RedisConnectionException => true,
        RedisServerException or RedisScriptException => TransientErrors.Any(x => exception.Message.StartsWith(x, StringComparison.Ordinal)),
        _ => false,
    };

    static readonly string[] TransientErrors =
        ["LOADING", "BUSY", "TRYAGAIN", "CLUSTERDOWN", "MASTERDOWN", "READONLY", "NOREPLICAS", "MOVED", "ASK"];
}
