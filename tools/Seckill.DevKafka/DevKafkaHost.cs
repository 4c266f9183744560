using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Seckill.DevKafka;

/// <summary>Runs broker and front until a signal or the command <c>quit</c>, and obeys the fault commands that arrive on standard input.</summary>
/// <param name="topics">Topics that exist from the start.</param>
/// <param name="defaultPartitions">Partitions of any other topic.</param>
/// <param name="listen">Where clients find the broker.</param>
/// <param name="portFile">File that receives <c>host:port</c>, or null.</param>
public sealed class DevKafkaHost(IReadOnlyList<TopicSpec> topics, int defaultPartitions, IPEndPoint listen, string? portFile)
{
    const string Commands = "down, up, lose, quit";

    /// <summary>Serves until <paramref name="stopping"/>; returns the process's exit code.</summary>
    /// <param name="stopping">Cancelled by SIGTERM and SIGINT.</param>
    public async Task<int> RunAsync(CancellationToken stopping)
    {
        using var quit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var cluster = NewCluster();
        KafkaFront front;
        try
        {
            front = new KafkaFront(listen, cluster, defaultPartitions);
        }
        catch (SocketException exception)
        {
            await Console.Error.WriteLineAsync($"Cannot listen on {listen}: {exception.Message}").ConfigureAwait(false);
            cluster.Dispose();
            return 1;
        }

        try
        {
            front.Up();
            await AnnounceAsync(front.Address).ConfigureAwait(false);
            await foreach (var command in ReadCommandsAsync(quit.Token).ConfigureAwait(false))
            {
                switch (command)
                {
                    case "down":
                        front.Down();
                        break;
                    case "up":
                        front.Up();
                        break;
                    case "lose":
                        // A new broker with the same topics: records, groups and committed offsets are gone, the address is not.
                        var lost = cluster;
                        cluster = NewCluster();
                        front.SwitchTo(cluster);
                        lost.Dispose();
                        break;
                    case "quit":
                        await quit.CancelAsync().ConfigureAwait(false);
                        break;
                    default:
                        await Console.Error.WriteLineAsync($"Unknown command '{command}'. Commands: {Commands}.").ConfigureAwait(false);
                        continue;
                }

                Console.WriteLine($"done={command}");
            }
        }
        finally
        {
            front.Dispose();
            cluster.Dispose();
        }

        return 0;
    }

    MockCluster NewCluster()
    {
        var cluster = new MockCluster();
        foreach (var topic in topics)
            cluster.EnsureTopic(topic);
        return cluster;
    }

    async Task AnnounceAsync(IPEndPoint address)
    {
        if (portFile is not null)
        {
            // Written beside and renamed, so that nobody who waits for the file reads half of it.
            var unfinished = portFile + ".tmp";
            await File.WriteAllTextAsync(unfinished, address.ToString()).ConfigureAwait(false);
            File.Move(unfinished, portFile, overwrite: true);
        }

        Console.WriteLine($"bootstrap={address}");
    }

    /// <summary>Lines from standard input until <paramref name="quit"/>. Its end is no command: a broker started without a terminal lives on.</summary>
    static async IAsyncEnumerable<string> ReadCommandsAsync([EnumeratorCancellation] CancellationToken quit)
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
