using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

using Microsoft.Extensions.Logging;

namespace Seckill.Operations.Alerts.Spool;

/// <summary>
/// An alert as a file. It is written under another name and then renamed; it is not forced to the disk, so the end of the machine (not of
/// the process) may cost the last.
/// </summary>
static class SpoolFile
{
    /// <summary>Ends of file names: an alert, one that is being written, one that can't be read.</summary>
    public const string Extension = ".json";
    public const string TemporaryExtension = ".tmp";
    public const string BrokenExtension = ".broken";

    static readonly JsonSerializerOptions Json = new()
    {
        Converters = { new JsonStringEnumConverter() },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Whether the disk is to blame, and not this code.</summary>
    public static bool IsDiskFault(Exception exception) => exception is IOException or UnauthorizedAccessException or ObjectDisposedException;

    public static void Write(string path, SpoolEntry entry)
    {
        var temporary = path + TemporaryExtension;
        File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(entry, Json));
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>The alert; null when the file is gone, or is none and was therefore set aside.</summary>
    public static SpoolEntry? Read(string path, ILogger logger)
    {
        byte[] content;
        try
        {
            content = File.ReadAllBytes(path);
        }
        catch (FileNotFoundException)
        {
            // Dropped meanwhile because there are too many.
            return null;
        }

        try
        {
            var entry = JsonSerializer.Deserialize<SpoolEntry>(content, Json);
            if (entry is { Alert: { Kind: not null, Key: not null, Facts: not null }, Channels: not null }
                && entry.Alert.Facts.All(x => x.Key is not null && x.Value is not null)
                && entry.Id == Path.GetFileNameWithoutExtension(path))
            {
                return entry;
            }

            logger.LogError("The alert in {Path} is incomplete; it is set aside with the ending {Extension}", path, BrokenExtension);
        }
        catch (JsonException exception)
        {
            logger.LogError(exception, "The alert in {Path} can't be read; it is set aside with the ending {Extension}", path, BrokenExtension);
        }

        File.Move(path, path + BrokenExtension, overwrite: true);
        return null;
    }
}
