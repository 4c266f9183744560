using System.Globalization;

using Confluent.Kafka;

using Dapper;

using Microsoft.Extensions.DependencyInjection;

using Seckill.Admission.Redis;
using Seckill.Bench.Results;
using Seckill.Cli.Demo;
using Seckill.Ledger;

namespace Seckill.Bench.Surroundings;

/// <summary>Reads what a result is to be judged by: machine, versions, and the settings of the servers.</summary>
static class Servers
{
    static readonly string[] MySqlVariables =
    [
        "innodb_flush_log_at_trx_commit", "sync_binlog", "log_bin", "binlog_format", "innodb_buffer_pool_size", "innodb_log_file_size", "innodb_doublewrite",
        "innodb_flush_method", "max_connections",
    ];

    static readonly string[] RedisSettings = ["appendonly", "appendfsync", "save", "maxmemory-policy"];

    /// <exception cref="InvalidOperationException">A server does not keep what it confirmed, so that its speed says nothing.</exception>
    public static async Task<BenchResult> DescribeAsync(IServiceProvider services, string command, CancellationToken cancellationToken)
    {
        var redis = services.GetRequiredService<RedisConnections>();
        await using var connection = await services.GetRequiredService<MySqlDatabase>().OpenAsync(cancellationToken);
        var mySql = (await connection.QueryAsync<(string Name, string Value)>(
            "SHOW GLOBAL VARIABLES WHERE Variable_name IN @MySqlVariables", new { MySqlVariables })).ToDictionary(x => x.Name, x => x.Value);
        var stock = await RedisAsync(redis.Stock);
        RequireDurable(mySql, stock);
        var machine = Machine.Here();
        return new BenchResult
        {
            Command = command,
            StartedAt = DateTimeOffset.UtcNow,
            Commit = await Machine.CommitAsync(cancellationToken),
            Machine = new MachineInfo(machine.Cores, machine.Cpu, string.Create(CultureInfo.InvariantCulture, $"{Environment.OSVersion.VersionString}")),
            Versions = new Dictionary<string, string>
            {
                ["seckill"] = typeof(Servers).Assembly.GetName().Version!.ToString(3),
                ["dotnet"] = Environment.Version.ToString(),
                ["mysql"] = await connection.QuerySingleAsync<string>("SELECT VERSION()"),
                ["redis"] = await RedisVersionAsync(redis.Stock),
                ["librdkafka"] = Library.VersionString,
            },
            Settings = new Dictionary<string, IReadOnlyDictionary<string, string>>
            {
                ["mysql"] = mySql,
                ["redisStock"] = stock,
                ["redisCache"] = await RedisAsync(redis.Cache),
            },
        };
    }

    /// <summary>Every commit is on disk before it is answered, and in the binary log; Redis appends to disk every second or sooner.</summary>
    public static void RequireDurable(IReadOnlyDictionary<string, string> mySql, IReadOnlyDictionary<string, string> redisStock)
    {
        Require("MySQL", mySql, "innodb_flush_log_at_trx_commit", "1");
        Require("MySQL", mySql, "log_bin", "ON", "1");
        Require("MySQL", mySql, "sync_binlog", "1");
        Require("Redis (stock)", redisStock, "appendonly", "yes");
        Require("Redis (stock)", redisStock, "appendfsync", "everysec", "always");
    }

    static void Require(string server, IReadOnlyDictionary<string, string> settings, string name, params string[] allowed)
    {
        var value = settings.GetValueOrDefault(name, "unknown");
        if (!allowed.Contains(value))
            throw new InvalidOperationException($"{server} has {name} = {value}; figures count only with {string.Join(" or ", allowed)}");
    }

    static async Task<Dictionary<string, string>> RedisAsync(RedisConnection connection)
    {
        var database = await connection.DatabaseAsync();
        var settings = new Dictionary<string, string>();
        foreach (var name in RedisSettings)
            settings[name] = (string)((StackExchange.Redis.RedisResult[])(await database.ExecuteAsync("CONFIG", "GET", name))!)[1]!;
        return settings;
    }

    static async Task<string> RedisVersionAsync(RedisConnection connection)
    {
        var info = (string)(await (await connection.DatabaseAsync()).ExecuteAsync("INFO", "server"))!;
        return info.Split('\n').First(x => x.StartsWith("redis_version:", StringComparison.Ordinal))["redis_version:".Length..].Trim();
    }
}
