using System.Globalization;
using System.Net;

using Microsoft.Extensions.Configuration;

using Seckill.Chaos.Running;

namespace Seckill.Chaos.Detours;

/// <summary>The detours that lie between the programs and every server, and between buyers and the API. A foreign Kafka has none: it names its own addresses.</summary>
sealed class DetourMap : IAsyncDisposable
{
    /// <summary>The brokers of the Kafka stand-in, as the script names their ports.</summary>
    static readonly string[] Brokers = ["kafka", "kafka-2", "kafka-3"];

    readonly Dictionary<string, List<TcpDetour>> _byServer = [];
    readonly Dictionary<string, string> _settings = [];

    public DetourMap(RunFolder folder, IReadOnlyCollection<string> own, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(own);
        foreach (var (server, section) in new[]
        {
            (ServerNames.MySql, "Database__MySql"), (ServerNames.StockRedis, "Redis__Stock"), (ServerNames.CacheRedis, "Redis__Cache"),
            (ServerNames.RabbitMq, "RabbitMq"), (ServerNames.Postgres, "Database__Postgres"),
        })
        {
            var key = section.Replace("__", ":", StringComparison.Ordinal);
            AddServer(server, section, own.Contains(server) ? () => folder.AddressOf(server) : () => Foreign(configuration, key));
        }

        for (var i = 0; i < ServerNames.LockMasters.Count; i++)
        {
            var name = ServerNames.LockMasters[i];
            var section = string.Create(CultureInfo.InvariantCulture, $"Redis__Locks__{i}");
            AddServer(name, section, () => folder.AddressOf(name));
            _settings[section + "__Password"] = folder.PasswordOf(name);
        }

        if (own.Contains(ServerNames.Kafka))
        {
            for (var i = 0; i < Brokers.Length; i++)
            {
                var broker = Brokers[i];
                Add(ServerNames.Kafka, folder.PortOf(string.Create(CultureInfo.InvariantCulture, $"kafka-detour-{i + 1}")), () => folder.AddressOf(broker));
            }

            _settings["Kafka__Bootstrap"] = string.Join(',', _byServer[ServerNames.Kafka].Select(x => $"127.0.0.1:{x.Port}"));
        }

        foreach (var api in ProgramNames.Apis)
            Add(api, 0, () => folder.AddressOf(api));
    }

    /// <summary>The detours to a server; more than one where it has several addresses.</summary>
    public IReadOnlyList<TcpDetour> To(string server) => _byServer[server];

    public bool Has(string server) => _byServer.ContainsKey(server);

    /// <summary>Where programs are to look for the servers.</summary>
    public IEnumerable<KeyValuePair<string, string>> Settings() => _settings;

    public async ValueTask DisposeAsync()
    {
        foreach (var detour in _byServer.Values.SelectMany(x => x))
            await detour.DisposeAsync();
    }

    void AddServer(string server, string section, Func<IPEndPoint> target)
    {
        var detour = Add(server, 0, target);
        _settings[section + "__Host"] = "127.0.0.1";
        _settings[section + "__Port"] = detour.Port.ToString(CultureInfo.InvariantCulture);
    }

    TcpDetour Add(string server, int port, Func<IPEndPoint> target)
    {
        var detour = new TcpDetour(port, target);
        if (!_byServer.TryGetValue(server, out var detours))
            _byServer[server] = detours = [];
        detours.Add(detour);
        return detour;
    }

    static IPEndPoint Foreign(IConfiguration configuration, string section)
    {
        var port = configuration.GetValue<int>(section + ":Port");
        var host = configuration[section + ":Host"] ?? throw new InvalidOperationException($"{section}:Host is not set");
        return new IPEndPoint(Dns.GetHostAddresses(host)[0], port);
    }
}
