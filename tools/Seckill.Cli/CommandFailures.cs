using System.CommandLine;
using System.Data.Common;

using Microsoft.Extensions.Options;

using Npgsql;

using Seckill.Operations.Archive;

using StackExchange.Redis;

namespace Seckill.Cli;

/// <summary>Turns what can go wrong outside this program into a message and an exit code.</summary>
static class CommandFailures
{
    /// <summary>The command could not do its work, whatever its answer would have been.</summary>
    public const int ExitCode = 2;

    /// <summary>Sets the command's action; a server that does not answer, or a wrong setting, ends it with a line on standard error.</summary>
    public static void SetGuardedAction(this Command command, Func<ParseResult, CancellationToken, Task<int>> action)
    {
        ArgumentNullException.ThrowIfNull(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                return await action(parsed, cancellationToken);
            }
            catch (Exception exception) when (Explain(exception) is { } explanation)
            {
                await Console.Error.WriteLineAsync($"{command.Name}: {explanation}");
                return ExitCode;
            }
        });
    }

    static string? Explain(Exception exception) => exception switch
    {
        NpgsqlException => $"PostgreSQL: {exception.Message}",
        DbException => $"MySQL: {exception.Message}",
        ArchiveUnavailableException => $"The archive: {exception.Message}",
        RedisException => $"Redis: {exception.Message}",
        OptionsValidationException or IOException or UnauthorizedAccessException or TimeoutException or HttpRequestException
            or InvalidOperationException => exception.Message,
        OperationCanceledException => "stopped",
        _ => null,
    };
}
