using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Seckill.Cli.Dashboards;

/// <summary>A dashboard of deploy/grafana, as far as a picture needs it.</summary>
/// <param name="Name">Its file's name without the end.</param>
/// <param name="Title">Its title.</param>
/// <param name="Description">What it is about.</param>
/// <param name="Range">How far it looks back.</param>
/// <param name="Panels">Its panels.</param>
sealed partial record Dashboard(string Name, string Title, string Description, TimeSpan Range, IReadOnlyList<Panel> Panels)
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidOperationException">It has something that is not understood.</exception>
    public static async Task<Dashboard> ReadAsync(string file, CancellationToken cancellationToken)
    {
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(file, cancellationToken));
        var root = document.RootElement;
        var from = root.GetProperty("time").GetProperty("from").GetString()!;
        var minutes = Minutes().Match(from);
        return minutes.Success
            ? new Dashboard(
                Path.GetFileNameWithoutExtension(file), root.GetProperty("title").GetString()!, root.GetProperty("description").GetString()!,
                TimeSpan.FromMinutes(int.Parse(minutes.Groups[1].Value, CultureInfo.InvariantCulture)),
                root.GetProperty("panels").EnumerateArray().Select(Panel.Read).ToList())
            : throw new InvalidOperationException($"{file}: the range '{from}' is not understood, only minutes are");
    }

    [GeneratedRegex(@"^now-(\d+)m$")]
    private static partial Regex Minutes();
}
