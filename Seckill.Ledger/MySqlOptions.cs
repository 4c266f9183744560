using System.ComponentModel.DataAnnotations;

namespace Seckill.Ledger;

/// <summary>Where MySQL is: configuration section <c>Database:MySql</c>.</summary>
public sealed class MySqlOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Database:MySql";

    /// <summary>Host name or address.</summary>
    [Required]
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>TCP port.</summary>
    [Range(1, 65535)]
    public int Port { get; set; } = 3306;

    /// <summary>User.</summary>
    [Required]
    public string User { get; set; } = "seckill";

    /// <summary>Password; empty where the server asks for none.</summary>
    public string Password { get; set; } = "";

    /// <summary>Database (schema).</summary>
    [Required]
    [RegularExpression("^[A-Za-z0-9_]{1,64}$")]
    public string Database { get; set; } = "seckill";

    /// <summary>Connections that one process keeps at most. A worker's group commits hold three for as long as it runs, and what reads beside them needs some, too.</summary>
    [Range(8, 1000)]
    public int MaximumPoolSize { get; set; } = 40;

    /// <summary>How long a call is waited for. After that its connection is given up, and what it did is not known.</summary>
    [Range(1, 3600)]
    public int CallTimeoutSeconds { get; set; } = 30;
}
