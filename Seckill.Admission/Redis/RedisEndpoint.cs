using System.ComponentModel.DataAnnotations;

namespace Seckill.Admission.Redis;

/// <summary>Where one Redis server is.</summary>
public sealed class RedisEndpoint
{
    /// <summary>Host name or address.</summary>
    [Required]
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>TCP port.</summary>
    [Range(1, 65535)]
    public int Port { get; set; } = 6379;

    /// <summary>Database number; a cluster has only 0.</summary>
    [Range(0, 1023)]
    public int Db { get; set; }

    /// <summary>Password; empty where the server asks for none.</summary>
    public string Password { get; set; } = "";

    /// <summary>How long one attempt to connect may take.</summary>
    [Range(50, 60_000)]
    public int ConnectTimeoutMilliseconds { get; set; } = 2000;
}
