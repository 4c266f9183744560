using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Seckill.Bench.Results;

/// <summary>Results as JSON. A section that did not run is left out.</summary>
static class BenchFile
{
    static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static async Task WriteAsync(FileInfo file, BenchResult result, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        file.Directory?.Create();
        await using var stream = file.Create();
        await JsonSerializer.SerializeAsync(stream, result, Options, cancellationToken);
    }

    /// <exception cref="InvalidOperationException">It is no such file.</exception>
    public static async Task<BenchResult> ReadAsync(FileInfo file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        await using var stream = file.OpenRead();
        try
        {
            return await JsonSerializer.DeserializeAsync<BenchResult>(stream, Options, cancellationToken)
                ?? throw new InvalidOperationException($"{file.FullName} holds no result");
        }
        catch (JsonException exception)
        {
            throw new InvalidOperationException($"{file.FullName} is not the JSON of a benchmark: {exception.Message}", exception);
        }
    }

    /// <summary>The result as a tree, to walk over.</summary>
    public static JsonElement Tree(BenchResult result) => JsonSerializer.SerializeToElement(result, Options);
}
