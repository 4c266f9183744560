using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Seckill.DevKafka;

/// <summary>Runs brokers and front until a signal or the command <c>quit</c>, and obeys the commands that arrive on standard input and at the control address.</summary>
/// <param name="options">What to run.</param>
public sealed class DevKafkaHost(DevKafkaOptions options)
{
    /// <summary>Serves until <paramref name="stopping"/>; returns the process's exit code.</summary>
    /// <param name="stopping">Cancelled by SIGTERM and SIGINT.</param>
    public async Task<int> RunAsync(CancellationToken stopping)
    {
        using var quit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        FaultCommands commands;
        ControlListener? control;
        try
        {
            (commands, control) = Open();
        }
        catch (SocketException exception)
        {
            await Console.Error.WriteLineAsync($"Cannot listen: {exception.Message}").ConfigureAwait(false);
            return 1;
        }

        using (commands)
        using (control)
        {
            commands.Front.Up();
            await AnnounceAsync(commands.Front.Addresses).ConfigureAwait(false);
            var controlling = control?.RunAsync(commands) ?? Task.CompletedTask;
            await foreach (var line in ReadLinesAsync(quit.Token).ConfigureAwait(false))
            {
                if (line == "quit")
                    await quit.CancelAsync().ConfigureAwait(false);
                if (line == "quit" || commands.Obey(line) is not { } problem)
                    Console.WriteLine($"done={line}");
                else
                    await Console.Error.WriteLineAsync(problem).ConfigureAwait(false);
            }

            control?.Dispose();
            await controlling.ConfigureAwait(false);
        }

        return 0;
    }

    (FaultCommands Commands, ControlListener? Control) Open()
    {
        var control = options.Control is null ? null : new ControlListener(options.Control);
        try
        {
            return (new FaultCommands(options), control);
        }
        catch (SocketException)
        {
            control?.Dispose();
            throw;
        }
    }

    async Task AnnounceAsync(IReadOnlyList<IPEndPoint> addresses)
    {
        var bootstrap = string.Join(',', addresses);
        if (options.PortFile is not null)
        {
            // Written beside and renamed, so that nobody who waits for the file reads half of it.
            var unfinished = options.PortFile + ".tmp";
            await File.WriteAllTextAsync(unfinished, bootstrap).ConfigureAwait(false);
            File.Move(unfinished, options.PortFile, overwrite: true);
        }

        Console.WriteLine($"bootstrap={bootstrap}");
    }

    /// <summary>Lines from standard input until <paramref name="quit"/>. Its end is no command: a broker started without a terminal lives on.</summary>
    static async IAsyncEnumerable<string> ReadLinesAsync([EnumeratorCancellation] CancellationToken quit)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = quit.Register(() => ended.TrySetResult());
        while (!quit.IsCancellationRequested)
        {
            // A read from a terminal or pipe cannot be cancelled, so it is left behind when the process ends.
            var line = Task.Run(Console.In.ReadLine, CancellationToken.None);
            if (await Task.WhenAny(line, ended.Task).ConfigureAwait(false) == ended.Task)
                yield break;
            if (await line.ConfigureAwait(false) is not { } text)
            {
                await ended.Task.ConfigureAwait(false);
                yield break;
            }

            if (text.Trim() is { Length: > 0 } command)
                yield return command;
        }
    }
}
