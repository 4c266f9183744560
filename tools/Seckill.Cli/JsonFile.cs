using System.Text.Encodings.Web;
using System.Text.Json;

namespace Seckill.Cli;

/// <summary>Writes results for machines.</summary>
static class JsonFile
{
    static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        // The file is read by tools, not embedded into HTML: names and texts stay readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Text<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <summary>Whoever is ended in the middle of it leaves the file as it was.</summary>
    public static async Task WriteAsync<T>(FileInfo file, T value, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        file.Directory?.Create();
        var unfinished = file.FullName + ".new";
        await using (var stream = File.Create(unfinished))
            await JsonSerializer.SerializeAsync(stream, value, Options, cancellationToken);
        File.Move(unfinished, file.FullName, overwrite: true);
    }
}
