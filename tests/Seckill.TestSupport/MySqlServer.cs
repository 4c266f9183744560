using System.Globalization;

using Dapper;

using Microsoft.Extensions.Options;

using Seckill.Ledger;
using Seckill.Ledger.Connections;

namespace Seckill.TestSupport;

/// <summary>
/// The MySQL that tests use: the one that the environment names (<c>Database__MySql__Host</c>, …), or else a private MariaDB on a free port.
/// </summary>
public sealed class MySqlServer : IAsyncDisposable
{
    readonly MySqlOptions _options;
    readonly ServerProcess? _process;
    readonly string? _folder;

    MySqlServer(MySqlOptions options, ServerProcess? process = null, string? folder = null)
    {
        _options = options;
        _process = process;
        _folder = folder;
    }

    /// <summary>Finds or starts it.</summary>
    public static async Task<MySqlServer> StartAsync()
    {
        if (Setting("Host") is { Length: > 0 } host)
        {
            return new MySqlServer(new MySqlOptions
            {
                Host = host,
                Port = int.Parse(Setting("Port") ?? "3306", CultureInfo.InvariantCulture),
                User = Setting("User") ?? "root",
                Password = Setting("Password") ?? "",
            });
        }

        var folder = ServerProcess.NewFolder("mysql");
        var data = Path.Combine(folder, "data");
        // Servers that share a folder for temporary tables delete those of each other when they start.
        var temporary = Directory.CreateDirectory(Path.Combine(folder, "tmp")).FullName;
        await ServerProcess.RunAsync("mariadb-install-db",
        [
            "--no-defaults", $"--user={Environment.UserName}", $"--datadir={data}", "--auth-root-authentication-method=normal", "--skip-test-db",
            $"--tmpdir={temporary}",
        ]);
        var options = new MySqlOptions { Port = FreePort.Next(), User = "root" };
        var process = ServerProcess.Start("mariadbd",
        [
            "--no-defaults", $"--user={Environment.UserName}", $"--datadir={data}", $"--port={options.Port}", "--bind-address=127.0.0.1",
            $"--socket={Path.Combine(folder, "mysql.sock")}", $"--pid-file={Path.Combine(folder, "mysql.pid")}",
            "--innodb-flush-log-at-trx-commit=1", "--log-bin=binlog", "--sync-binlog=1",
            "--innodb-buffer-pool-size=64M", "--default-time-zone=+00:00", $"--tmpdir={temporary}",
        ]);
        var server = new MySqlServer(options, process, folder);
        try
        {
            await process.WaitUntilAsync(server.AnswersAsync);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        return server;
    }

    /// <summary>Options that name a database which does not exist yet.</summary>
    public MySqlOptions NewDatabase() => new()
    {
        Host = _options.Host,
        Port = _options.Port,
        User = _options.User,
        Password = _options.Password,
        Database = "seckill_test_" + Guid.NewGuid().ToString("N")[..12],
    };

    /// <summary>Drops a database that a test is done with.</summary>
    public static async Task DropAsync(MySqlOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        await using var connection = await new MySqlDatabase(Options.Create(options)).OpenServerAsync();
        await connection.ExecuteAsync($"DROP DATABASE IF EXISTS `{options.Database}`");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        if (_folder is not null)
            Directory.Delete(_folder, recursive: true);
    }

    async Task<bool> AnswersAsync()
    {
        try
        {
            await using var connection = await new MySqlDatabase(Options.Create(_options)).OpenServerAsync();
            return true;
        }
        catch (ConnectionLostException)
        {
            return false;
        }
    }

    static string? Setting(string name) => Environment.GetEnvironmentVariable("Database__MySql__" + name);
}
