using System.Diagnostics;
using System.Globalization;

using Seckill.Ledger;
using Seckill.TestSupport;

namespace Seckill.System.Tests.Commands;

/// <summary>Runs the command-line tool as a process of its own, with settings of its own.</summary>
public sealed class Tool(MySqlOptions mySql, int redisPort)
{
    /// <summary>The PostgreSQL that the settings name; null for none, whatever the environment says.</summary>
    public PostgresServer? Postgres { get; set; }

    public async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var start = Start(arguments);
        start.Environment["Database__MySql__Host"] = mySql.Host;
        start.Environment["Database__MySql__Port"] = mySql.Port.ToString(CultureInfo.InvariantCulture);
        start.Environment["Database__MySql__User"] = mySql.User;
        start.Environment["Database__MySql__Password"] = mySql.Password;
        start.Environment["Database__MySql__Database"] = mySql.Database;
        start.Environment["Redis__Stock__Port"] = redisPort.ToString(CultureInfo.InvariantCulture);
        start.Environment["Redis__Stock__Password"] = "";
        foreach (var name in start.Environment.Keys.Where(x => x.StartsWith("Database__Postgres__", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        foreach (var (key, value) in Postgres?.Settings("seckill") ?? [])
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;

        return await RunAsync(start);
    }

    /// <summary>Runs a command that needs no settings.</summary>
    public static Task<(int ExitCode, string Output, string Error)> RunAloneAsync(params string[] arguments) => RunAsync(Start(arguments));

    static ProcessStartInfo Start(string[] arguments)
        => new("dotnet", [Path.Combine(AppContext.BaseDirectory, "Seckill.Cli.dll"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };

    static async Task<(int ExitCode, string Output, string Error)> RunAsync(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
