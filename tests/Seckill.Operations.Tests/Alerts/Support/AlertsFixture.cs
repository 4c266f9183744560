using System.Globalization;

using Seckill.Operations.Alerts;
using Seckill.TestSupport;

namespace Seckill.Operations.Tests.Alerts.Support;

/// <summary>What each test of alerts has of its own: a clock, a folder, servers, processes. All end with it.</summary>
public abstract class AlertsFixture : IAsyncLifetime
{
    readonly List<IAsyncDisposable> _parts = [];
    int _spools;

    internal ManualClock Clock { get; } = new();

    protected string Folder { get; } = Directory.CreateTempSubdirectory("seckill-alerts-").FullName;

    public virtual Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var part in Enumerable.Reverse(_parts))
            await part.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    internal T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Add(part);
        return part;
    }

    /// <summary>A process; one that is given no spool has a new one.</summary>
    internal async Task<AlertsHost> StartAsync(
        Dictionary<string, string?> settings, string? spool = null, Seckill.Admission.Redis.RedisConnections? redis = null)
        => Keep(await AlertsHost.StartAsync(settings, spool ?? NewSpool(), Clock, redis));

    internal async Task<T> UpAsync<T>(T server)
        where T : LocalServer
    {
        Keep(server);
        await server.UpAsync();
        return server;
    }

    protected string NewSpool() => Path.Combine(Folder, "spool" + _spools++.ToString(CultureInfo.InvariantCulture));

    /// <summary>Time-outs are long because the clock that tests move runs much faster than the servers do.</summary>
    internal static Dictionary<string, string?> DingTalk(DingTalkServer server) => new()
    {
        ["Channels:ding:Type"] = "dingtalk",
        ["Channels:ding:Url"] = server.Url,
        ["Channels:ding:Secret"] = DingTalkServer.Secret,
        ["Channels:ding:Keyword"] = DingTalkServer.Keyword,
        ["Channels:ding:TimeoutSeconds"] = "300",
    };

    internal static Dictionary<string, string?> WeCom(WeComServer server) => new()
    {
        ["Channels:wecom:Type"] = "wecom",
        ["Channels:wecom:Url"] = server.Url,
        ["Channels:wecom:TimeoutSeconds"] = "300",
    };

    internal static Dictionary<string, string?> Webhook(WebhookServer server, string name = "hook") => new()
    {
        [$"Channels:{name}:Type"] = "webhook",
        [$"Channels:{name}:Url"] = server.Url,
        [$"Channels:{name}:Secret"] = WebhookServer.Secret,
        [$"Channels:{name}:TimeoutSeconds"] = "300",
    };

    internal Alert Warning(string key, params (string Name, string Value)[] facts) => new()
    {
        Severity = AlertSeverity.Warning,
        Kind = AlertKinds.OrderDeadLettered,
        Key = key,
        At = Clock.GetUtcNow(),
        Facts = facts.Select(x => new KeyValuePair<string, string>(x.Name, x.Value)).ToList(),
    };

    internal Alert Urgent(string key, params (string Name, string Value)[] facts) => Warning(key, facts) with
    {
        Severity = AlertSeverity.Urgent,
        Kind = AlertKinds.DependencyDown,
    };
}
