using System.CommandLine;
using System.Diagnostics;

using Microsoft.Extensions.DependencyInjection;

using MySql.Data.MySqlClient;

using Seckill.Ledger.Schema;

namespace Seckill.Cli.Commands;

/// <summary><c>migrate</c>: brings the database to the schema of this build.</summary>
static class MigrateCommand
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public static Command Create()
    {
        var command = new Command("migrate", "Creates the database if need be and brings it to the schema of this build.");
        command.SetGuardedAction(async (_, cancellationToken) =>
        {
            await using var services = ToolServices.Build();
            var applied = await MigrateAsync(services.GetRequiredService<SchemaMigrator>(), cancellationToken);
            Console.WriteLine(applied.Count == 0 ? "The schema is up to date" : $"Applied: {string.Join(", ", applied)}");
            return 0;
        });
        return command;
    }

    static async Task<IReadOnlyList<string>> MigrateAsync(SchemaMigrator migrator, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return await migrator.MigrateAsync(cancellationToken);
            }
            catch (MySqlException exception) when (IsAway(exception) && watch.Elapsed < Patience)
            {
                // The server may have been started together with this command.
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    static bool IsAway(MySqlException exception)
        => (MySqlErrorCode)exception.Number is MySqlErrorCode.UnableToConnectToHost or MySqlErrorCode.ServerShutdown or MySqlErrorCode.None;
}
