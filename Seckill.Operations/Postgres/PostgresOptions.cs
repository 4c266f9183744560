using System.ComponentModel.DataAnnotations;

namespace Seckill.Operations.Postgres;

/// <summary>Where PostgreSQL is: configuration section <c>Database:Postgres</c>.</summary>
public sealed class PostgresOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Database:Postgres";

    /// <summary>Host name or address.</summary>
    [Required(ErrorMessage = "must be a host name or an address")]
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>TCP port.</summary>
    [Range(1, 65535, ErrorMessage = "must be a port from 1 to 65535")]
    public int Port { get; set; } = 5432;

    /// <summary>Role that the application connects as.</summary>
    [Required(ErrorMessage = "must be the name of a role")]
    public string User { get; set; } = "seckill";

    /// <summary>Password; empty where the server asks for none.</summary>
    public string Password { get; set; } = "";

    /// <summary>Database. The migration creates it when it is missing and the role may do so.</summary>
    [Required(ErrorMessage = "must be the name of a database")]
    [RegularExpression("^[a-z0-9_]{1,63}$", ErrorMessage = "must be 1 to 63 lower-case letters, digits and underscores")]
    public string Database { get; set; } = "seckill";

    /// <summary>Connections that one process keeps at most.</summary>
    [Range(1, 200, ErrorMessage = "must be from 1 to 200 connections")]
    public int MaximumPoolSize { get; set; } = 10;
}
