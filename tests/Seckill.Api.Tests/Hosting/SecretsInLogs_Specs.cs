using Seckill.Hosting.Identity;

namespace Seckill.Api.Tests.Hosting;

[Collection(ApiCollection.Name)]
public sealed class SecretsInLogs_Specs(ApiServers servers) : IDisposable
{
    const string Payments = "payments-s3cr3t-4711";
    const string Metrics = "metrics-s3cr3t-4712";
    const string Redis = "redis-s3cr3t-4713";
    const string MySql = "mysql-s3cr3t-4714";
    const string Postgres = "postgres-s3cr3t-4715";
    const string Alerts = "alerts-s3cr3t-4716";

    readonly string _folder = Directory.CreateTempSubdirectory("seckill-logs-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Should_log_no_password_and_no_token()
    {
        var good = servers.Issuer().Issue("alice", Roles.Buyer, TimeSpan.FromMinutes(5));
        var expired = servers.Issuer().Issue("mallory", Roles.Buyer, TimeSpan.FromMinutes(-5));
        var forged = good[..^8] + "AAAAAAAA";
        const string Signature = "t=1735689600,v1=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
        await using (var api = await ApiHost.StartAsync(servers,
        [
            ("Logs:Directory", _folder), ("Logging:LogLevel:Default", "Trace"), ("Logging:LogLevel:Microsoft", "Trace"), ("Logging:LogLevel:System", "Trace"),
            ("Payments:Development:Secret", Payments), ("Telemetry:MetricsToken", Metrics),
            // None of these opens anything: what is said of the failures is logged, too.
            ("Database:MySql:User", "nobody"), ("Database:MySql:Password", MySql), ("Database:Postgres:Password", Postgres), ("Database:Postgres:User", "nobody"),
            ("Redis:Cache:Host", "127.0.0.1"), ("Redis:Cache:Port", "1"), ("Redis:Cache:Password", Redis),
            ("Alerts:Channels:hook:Type", "webhook"), ("Alerts:Channels:hook:Url", "http://127.0.0.1:9/?token=" + Alerts), ("Alerts:Channels:hook:Secret", Alerts),
        ]))
        {
            foreach (var token in new[] { good, expired, forged })
                await api.SendAsync(HttpMethod.Get, "/api/orders", headers: [("Authorization", "Bearer " + token)]);
            await api.SendAsync(HttpMethod.Post, "/api/payments/callback", "{}", headers: [("X-Payment-Signature", Signature)]);
            await api.SendAsync(HttpMethod.Get, "/metrics", headers: [("Authorization", "Bearer " + Metrics)]);
            await api.GetAsync("/healthz/ready");
            await api.PostAsync("/api/transactions/019a9f5e-6c00-7a3b-8f4e-2d1c0b9a8877/rollback", """{"reason":"x"}""", "olga", Roles.Operator);
        }

        var log = string.Concat(Directory.GetFiles(_folder).Select(File.ReadAllText));
        log.ShouldContain("/api/orders");
        foreach (var secret in new[] { Payments, Metrics, Redis, MySql, Postgres, Alerts, good, expired, forged, good.Split('.')[2], Signature.Split("v1=")[1] })
            log.ShouldNotContain(secret);
    }
}
