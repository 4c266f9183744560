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

    public static Task WriteAsync<T>(FileInfo file, T value, CancellationToken cancellationToken)
        => WholeFile.WriteAsync(file, stream => JsonSerializer.SerializeAsync(stream, value, Options, cancellationToken));
}
