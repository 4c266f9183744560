using Seckill.Ledger;

namespace Seckill.TestSupport;

/// <summary>Ways to a database that a test can cut.</summary>
public static class MySqlDetours
{
    /// <summary>The same database through a port of this machine: that of a <see cref="TcpGate"/>, or of a proxy.</summary>
    public static MySqlOptions Through(this MySqlOptions options, int port)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new MySqlOptions
        {
            Port = port,
            User = options.User,
            Password = options.Password,
            Database = options.Database,
            MaximumPoolSize = options.MaximumPoolSize,
            CallTimeoutSeconds = options.CallTimeoutSeconds,
        };
    }
}
