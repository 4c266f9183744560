using System.Globalization;

namespace Seckill.TestSupport;

/// <summary>
/// The PostgreSQL that tests use: the one that the environment names (<c>Database__Postgres__Host</c>, …), or else a private one on a free
/// port. A private one may be stopped and started again, with its data.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    const string Account = "postgres";

    readonly string? _folder;
    ServerProcess? _process;

    PostgresServer(string host, int port, string user, string password, string? folder = null)
    {
        Host = host;
        Port = port;
        User = user;
        Password = password;
        _folder = folder;
    }

    /// <summary>Where it is.</summary>
    public string Host { get; }

    /// <summary>Its port, the same for its whole life.</summary>
    public int Port { get; }

    /// <summary>Who may create databases and roles in it.</summary>
    public string User { get; }

    /// <summary>Password of <see cref="User"/>; empty when there is none.</summary>
    public string Password { get; }

    /// <summary>Finds or starts it.</summary>
    public static async Task<PostgresServer> StartAsync()
    {
        return Setting("Host") is { Length: > 0 } host
            ? new PostgresServer(host, int.Parse(Setting("Port") ?? "5432", CultureInfo.InvariantCulture), Setting("User") ?? Account,
                Setting("Password") ?? "")
            : await StartPrivateAsync();
    }

    /// <summary>Starts one that belongs to the caller alone, who may stop it.</summary>
    public static async Task<PostgresServer> StartPrivateAsync()
    {
        var server = new PostgresServer("127.0.0.1", FreePort.Next(), "seckill", "", ServerProcess.NewFolder("postgres"));
        try
        {
            if (IsRoot)
                await ServerProcess.RunAsync("chown", [$"{Account}:", server._folder!]);
            await ServerProcess.RunAsync("env", server.Command("initdb",
                $"--username={server.User}", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--pgdata"));
            await server.RestartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The settings of a program that uses a database of it, as configuration names them.</summary>
    public IEnumerable<(string Key, string Value)> Settings(string database) =>
    [
        ("Database:Postgres:Host", Host), ("Database:Postgres:Port", Port.ToString(CultureInfo.InvariantCulture)), ("Database:Postgres:User", User),
        ("Database:Postgres:Password", Password), ("Database:Postgres:Database", database),
    ];

    /// <summary>The name of a database that does not exist yet.</summary>
    public static string NewDatabase() => "seckill_test_" + Guid.NewGuid().ToString("N")[..12];

    /// <summary>Ends a private one at once, as a crash does.</summary>
    public async Task StopAsync()
    {
        if (_process is null)
            return;

        // Killed with -9 it would leave children and shared memory behind.
        if (!_process.HasEnded)
            await ServerProcess.RunAsync("env", Command("pg_ctl", "stop", "--mode=immediate", "--silent", "--pgdata"));
        await _process.DisposeAsync();
        _process = null;
    }

    /// <summary>Makes a private one hang: connections stay, and nobody answers.</summary>
    public Task FreezeAsync() => _process?.FreezeAsync() ?? throw new InvalidOperationException("Only a private server can be frozen");

    /// <summary>Lets a frozen one go on.</summary>
    public Task ThawAsync() => _process?.ThawAsync() ?? throw new InvalidOperationException("Only a private server can be thawed");

    /// <summary>Starts a private one again, with its data.</summary>
    public async Task RestartAsync()
    {
        var port = Port.ToString(CultureInfo.InvariantCulture);
        _process = ServerProcess.Start("env", Command("postgres",
            "-p", port, "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "timezone=UTC", "-D"));
        await _process.WaitUntilAsync(AnswersAsync);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_folder is not null)
            Directory.Delete(_folder, recursive: true);
    }

    static bool IsRoot => Environment.UserName == "root";

    static string? Setting(string name) => Environment.GetEnvironmentVariable("Database__Postgres__" + name);

    /// <summary>A program of the newest release that is installed; Debian keeps them out of PATH.</summary>
    static string Program(string name)
        => Directory.EnumerateDirectories("/usr/lib/postgresql")
            .OrderByDescending(x => int.Parse(Path.GetFileName(x), CultureInfo.InvariantCulture))
            .Select(x => Path.Combine(x, "bin", name))
            .First(File.Exists);

    /// <summary>Arguments for <c>env</c>, with the data folder last: PostgreSQL refuses to run as root, and in a folder that it can't enter.</summary>
    IEnumerable<string> Command(string program, params string[] arguments)
    {
        string[] account = IsRoot ? ["setpriv", $"--reuid={Account}", $"--regid={Account}", "--init-groups", "--"] : [];
        return ["--chdir=/", "LC_ALL=C", .. account, Program(program), .. arguments, Path.Combine(_folder!, "data")];
    }

    async Task<bool> AnswersAsync()
    {
        try
        {
            await ServerProcess.RunAsync(Program("pg_isready"),
                ["--quiet", $"--host={Host}", "--port", Port.ToString(CultureInfo.InvariantCulture), "--username", User]);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
