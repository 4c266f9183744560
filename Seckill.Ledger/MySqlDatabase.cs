using Microsoft.Extensions.Options;
using MySql.Data.MySqlClient;

namespace Seckill.Ledger;

/// <summary>Opens connections to the system of record.</summary>
public sealed class MySqlDatabase(IOptions<MySqlOptions> options)
{
    readonly string _serverConnectionString = BuildConnectionString(options.Value, withDatabase: false);

    /// <summary>The database's name.</summary>
    public string Name { get; } = options.Value.Database;

    /// <summary>For libraries that open connections themselves; it holds the password.</summary>
    public string ConnectionString { get; } = BuildConnectionString(options.Value, withDatabase: true);

    /// <summary>A pooled, open connection; the caller disposes of it.</summary>
    /// <exception cref="MySqlException">The server can't be reached, or refuses the user.</exception>
    public Task<MySqlConnection> OpenAsync(CancellationToken cancellationToken = default)
        => OpenAsync(ConnectionString, cancellationToken);

    /// <summary>A connection to the server that has no database selected, to create it.</summary>
    /// <exception cref="MySqlException">The server can't be reached, or refuses the user.</exception>
    public Task<MySqlConnection> OpenServerAsync(CancellationToken cancellationToken = default)
        => OpenAsync(_serverConnectionString, cancellationToken);

    static async Task<MySqlConnection> OpenAsync(string connectionString, CancellationToken cancellationToken)
    {
        var connection = new MySqlConnection(connectionString);
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    static string BuildConnectionString(MySqlOptions options, bool withDatabase)
    {
        var builder = new MySqlConnectionStringBuilder
        {
            Server = options.Host,
            Port = (uint)options.Port,
            UserID = options.User,
            Password = options.Password,
            SslMode = MySqlSslMode.Disabled,
            AllowUserVariables = true,
            AllowPublicKeyRetrieval = true,
            CharacterSet = "utf8mb4",
            MaximumPoolSize = (uint)options.MaximumPoolSize,
            ConnectionTimeout = 5,
            DefaultCommandTimeout = 30,
        };
        if (withDatabase)
            builder.Database = options.Database;
        else
            builder.Pooling = false;

        return builder.ConnectionString;
    }
}
