using System.Globalization;
using System.Net.Sockets;

using Seckill.Chaos.Detours;

namespace Seckill.Chaos.Running;

/// <summary>What faults work on.</summary>
sealed class ChaosWorld(
    Stage stage, RunFolder folder, DetourMap detours, Programs programs, DirectoryInfo dataFolder, DirectoryInfo logFolder, string kafkaBootstrap,
    IReadOnlyCollection<string> own)
{
    public Stage Stage { get; } = stage;

    public RunFolder Folder { get; } = folder;

    public DetourMap Detours { get; } = detours;

    public Programs Programs { get; } = programs;

    /// <summary>Where the servers keep their data, each in a folder of its name.</summary>
    public DirectoryInfo DataFolder { get; } = dataFolder;

    /// <summary>The servers that are ours to break.</summary>
    public IReadOnlyCollection<string> Own { get; } = own;

    /// <summary>Where Kafka's brokers are, without a detour.</summary>
    public string KafkaBootstrap { get; } = kafkaBootstrap;

    /// <summary>Tells the Kafka stand-in to misbehave.</summary>
    public async Task TellKafkaAsync(string command, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(Folder.AddressOf("kafka-control"), cancellationToken);
        await using var writer = new StreamWriter(client.GetStream()) { AutoFlush = true };
        using var reader = new StreamReader(client.GetStream());
        await writer.WriteLineAsync(command.AsMemory(), cancellationToken);
        var answer = await reader.ReadLineAsync(cancellationToken);
        if (answer != $"done={command}")
            throw new StageException($"The Kafka stand-in answered '{answer}' to '{command}'");
    }

    /// <summary>Sends a Redis of ours a command.</summary>
    public async Task TellRedisAsync(string server, string command, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(Folder.AddressOf(server), cancellationToken);
        await using var writer = new StreamWriter(client.GetStream()) { AutoFlush = true, NewLine = "\r\n" };
        using var reader = new StreamReader(client.GetStream());
        await AskAsync("AUTH", Folder.PasswordOf(server));
        await AskAsync(command);

        async Task AskAsync(params string[] words)
        {
            await writer.WriteLineAsync(string.Join(' ', words).AsMemory(), cancellationToken);
            var answer = await reader.ReadLineAsync(cancellationToken);
            if (answer != "+OK")
                throw new StageException(string.Create(CultureInfo.InvariantCulture, $"{server} answered '{answer}' to {words[0]}"));
        }
    }

    /// <summary>Whether a line that one of these programs has logged since then says all of this.</summary>
    public bool HasLogged(IEnumerable<string> names, DateTimeOffset since, params string[] words) => names.Select(Folder.ProcessIdOf).OfType<int>()
        .SelectMany(x => logFolder.EnumerateFiles(string.Create(CultureInfo.InvariantCulture, $"seckill-*-{x}-*.json"))).Where(x => x.LastWriteTimeUtc >= since.UtcDateTime)
        .SelectMany(x => ReadLines(x.FullName)).Any(line => words.All(x => line.Contains(x, StringComparison.Ordinal)) && LoggedAt(line) >= since);

    /// <summary>Whether a program has printed a line, in this life or the one before.</summary>
    public bool HasPrinted(string name, string line) => logFolder.EnumerateFiles($"{name}.log*")
        .SelectMany(x => ReadLines(x.FullName)).Any(x => x.Contains(line, StringComparison.Ordinal));

    /// <summary>A line begins with its time.</summary>
    static DateTimeOffset LoggedAt(string line)
    {
        const string Before = "{\"Timestamp\":\"";
        return DateTimeOffset.Parse(line.AsSpan(Before.Length, line.IndexOf('"', Before.Length) - Before.Length), CultureInfo.InvariantCulture);
    }

    static IEnumerable<string> ReadLines(string file)
    {
        // It is being written.
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        while (reader.ReadLine() is { } line)
            yield return line;
    }

    /// <summary>What of ours should run and does not.</summary>
    public IReadOnlyList<string> Ended() => [.. ProgramNames.All.Concat(Own).Where(x => Folder.ProcessIdOf(x) is null)];
}
