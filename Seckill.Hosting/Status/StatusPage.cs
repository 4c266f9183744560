using System.Security.Cryptography;
using System.Text;

namespace Seckill.Hosting.Status;

/// <summary>The status page: one document, which asks this process for figures and nobody for anything else.</summary>
static class StatusPage
{
    static readonly string Style = Read("status.css");
    static readonly string Script = Read("status.js");

    /// <summary>The document. It holds no figures.</summary>
    public static string Html { get; } = Read("status.html")
        .Replace("/*style*/", Style, StringComparison.Ordinal).Replace("/*script*/", Script, StringComparison.Ordinal);

    /// <summary>What the browser lets it do: its own style and script, and calls of this process.</summary>
    public static string Policy { get; } =
        $"default-src 'none'; style-src {Hash(Style)}; script-src {Hash(Script)}; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    static string Hash(string text) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'";

    static string Read(string name)
    {
        using var stream = typeof(StatusPage).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not embedded");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        // A browser hashes what it has parsed, and that has no other ends of lines.
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
