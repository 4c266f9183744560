using System.CommandLine;
using System.Data.Common;
using System.Diagnostics;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

using MySqlConnector;

using Seckill.Ledger;
using Seckill.Ledger.Schema;
using Seckill.Operations.Postgres;

namespace Seckill.Cli.Commands;

/// <summary><c>migrate</c>: brings MySQL, and PostgreSQL where settings name it, to the schema of this build.</summary>
static class MigrateCommand
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public static Command Create()
    {
        var command = new Command("migrate", "Creates the databases if need be and brings them to the schema of this build.");
        command.SetGuardedAction(async (_, cancellationToken) =>
        {
            await using var services = ToolServices.Build();
            var mySql = services.GetRequiredService<SchemaMigrator>();
            Report("MySQL", await OnceItAnswersAsync(() => mySql.MigrateAsync(cancellationToken), cancellationToken));
            if (services.GetRequiredService<IConfiguration>().GetSection(PostgresOptions.Section).Exists())
            {
                var postgres = services.GetRequiredService<PostgresSchemaMigrator>();
                Report("PostgreSQL", await OnceItAnswersAsync(() => postgres.MigrateAsync(cancellationToken), cancellationToken));
            }

            return 0;
        });
        return command;
    }

    static void Report(string server, IReadOnlyList<string> applied)
        => Console.WriteLine(applied.Count == 0 ? $"{server}: the schema is up to date" : $"{server}: applied {string.Join(", ", applied)}");

    static async Task<IReadOnlyList<string>> OnceItAnswersAsync(Func<Task<IReadOnlyList<string>>> migrate, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return await migrate();
            }
            catch (DbException exception) when (IsAway(exception) && watch.Elapsed < Patience)
            {
                // The server may have been started together with this command.
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    // A server that is there and refuses this user will go on doing so.
    static bool IsAway(DbException exception) => exception.InnerException is MySqlException refusal && MySqlFaults.IsRefusal(refusal)
        ? MySqlFaults.IsTransient(refusal)
        : exception is not MySqlException && exception.IsTransient;
}
