using System.Text.Json;

using Seckill.Contracts;

namespace Seckill.Cli.Story;

/// <summary>The lines of JSON logs that name an order, or its trace.</summary>
static class LogLines
{
    const string Pattern = "*.json";

    /// <summary>Those of all log files of a folder, and of those in it. A line that is being written is left out.</summary>
    public static IEnumerable<StoryEntry> Of(Guid orderId, string folder)
    {
        var (id, trace) = (orderId.ToString("D"), OrderTrace.NameOf(orderId));
        foreach (var file in Directory.EnumerateFiles(folder, Pattern, SearchOption.AllDirectories))
        {
            // An older file has nothing of an order that was not there yet.
            if (OrderIds.TimeOf(orderId) is { } madeAt && File.GetLastWriteTimeUtc(file) < madeAt.UtcDateTime.AddMinutes(-1))
                continue;

            foreach (var line in Read(file))
            {
                if ((line.Contains(id, StringComparison.OrdinalIgnoreCase) || line.Contains(trace, StringComparison.OrdinalIgnoreCase)) && Entry(line) is { } entry)
                    yield return entry;
            }
        }
    }

    static IEnumerable<string> Read(string file)
    {
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        while (reader.ReadLine() is { } line)
            yield return line;
    }

    static StoryEntry? Entry(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            if (!root.TryGetProperty("Timestamp", out var at) || !at.TryGetDateTimeOffset(out var time))
                return null;

            var exception = Text(root, "Exception") is { } stack ? ": " + stack.Split('\n')[0].TrimEnd('\r') : "";
            var properties = root.TryGetProperty("Properties", out var found) ? found : default;
            return new StoryEntry(
                time,
                "log " + (Text(root, "Level") ?? "Information"),
                $"{Text(properties, "Service") ?? "?"}:{Text(properties, "ProcessId") ?? "?"}",
                (Text(root, "RenderedMessage") ?? Text(root, "MessageTemplate")) + exception);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static string? Text(JsonElement from, string name)
        => from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined)
            ? value.ToString()
            : null;
}
