using System.Globalization;
using System.Net;

namespace Seckill.System.Tests.Servers;

/// <summary>Who listens on this machine, by the kernel's own tables.</summary>
static class LocalListeners
{
    const string Listens = "0A";

    static readonly string[] Tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// <summary>The addresses that somebody listens on at a port.</summary>
    public static IReadOnlyList<IPAddress> Of(int port) => [.. Tables.Where(File.Exists)
        .SelectMany(x => File.ReadLines(x).Skip(1))
        .Select(x => x.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Where(x => x[3] == Listens && x[1].EndsWith(":" + port.ToString("X4", CultureInfo.InvariantCulture), StringComparison.Ordinal))
        .Select(x => Address(x[1].Split(':')[0]))];

    /// <summary>Words of four bytes, each in the machine's order.</summary>
    static IPAddress Address(string hexadecimal)
        => new([.. Convert.FromHexString(hexadecimal).Chunk(4).SelectMany(word => BitConverter.IsLittleEndian ? word.Reverse() : word)]);
}
