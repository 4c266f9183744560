using Dapper;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

using Seckill.Ledger;
using Seckill.Sagas.Clock;

namespace Seckill.Sagas.Tests.Clock;

/// <summary>Workers with one job, whose firings they note, over a database that goes with them.</summary>
sealed class ClockWorkers(MySqlOptions mySql) : IAsyncDisposable
{
    readonly List<ServiceProvider> _workers = [];

    public MySqlOptions MySql => mySql;

    public Firings Firings { get; } = new();

    public static async Task<ClockWorkers> NewAsync(ClockDatabase databases) => new(await databases.NewDatabaseAsync());

    /// <summary>A worker that is yet to be started.</summary>
    /// <param name="schedule">When its job fires.</param>
    /// <param name="through">Its way to the database, if not the straight one.</param>
    public ClockHost New(ClockSchedule schedule, MySqlOptions? through = null)
    {
        var worker = ClockDatabase.Services(through ?? mySql)
            .AddSingleton(Firings)
            .AddSingleton(new ClockJob(typeof(RecordingJob), schedule))
            .AddMetrics()
            .AddSingleton<ClockMetrics>()
            .AddSingleton<PersistentSchedulerFactory>()
            .AddSingleton<ClockHost>()
            .BuildServiceProvider();
        _workers.Add(worker);
        return worker.GetRequiredService<ClockHost>();
    }

    public Task<ClockHost> StartAsync(ClockSchedule schedule) => New(schedule).StartedAsync();

    /// <summary>Reads one row.</summary>
    public async Task<T> ReadAsync<T>(string sql)
    {
        await using var connection = await new MySqlDatabase(Options.Create(mySql)).OpenAsync();
        return await connection.QuerySingleAsync<T>(sql);
    }

    public async Task ExecuteAsync(string sql, object? parameters = null)
    {
        await using var connection = await new MySqlDatabase(Options.Create(mySql)).OpenAsync();
        await connection.ExecuteAsync(sql, parameters);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers)
            await worker.DisposeAsync();
        await ClockDatabase.DropAsync(mySql);
    }
}
