using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;

namespace Seckill.Hosting.Logging;

/// <summary>
/// A file whose log levels go before all others and count as soon as it is saved: to look closer at a running process. It need not exist; one that can't be read counts as if
/// it were not there, and is complained about on standard error.
/// </summary>
static class LogLevelsFile
{
    /// <summary>Its section <c>Logging</c>, as of an <c>appsettings.json</c>. Settings of other sections are not taken from it.</summary>
    public static IConfiguration Read(string path)
    {
        var source = new JsonConfigurationSource
        {
            Path = Path.GetFullPath(path),
            Optional = true,
            ReloadOnChange = true,
            OnLoadException = context =>
            {
                context.Ignore = true;
                Console.Error.WriteLine($"Log levels of '{path}' are ignored: {context.Exception.GetBaseException().Message}");
            },
        };
        source.ResolveFileProvider();
        return new ConfigurationBuilder().Add(source).Build().GetSection("Logging");
    }
}
