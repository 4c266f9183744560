using Dapper;

using Microsoft.Extensions.Options;

using MySql.Data.MySqlClient;

using Seckill.Ledger;
using Seckill.TestSupport;

namespace Seckill.Sagas.Tests.Clock;

[Collection(ClockCollection.Name)]
public class Connections_Specs(ClockDatabase databases) : IAsyncLifetime
{
    const int PoolSize = 3;

    MySqlOptions _options = new();
    MySqlDatabase _database = null!;

    public async Task InitializeAsync()
    {
        _options = await databases.NewDatabaseAsync();
        _options.MaximumPoolSize = PoolSize;
        _database = new MySqlDatabase(Options.Create(_options));
    }

    public Task DisposeAsync() => ClockDatabase.DropAsync(_options);

    [Fact]
    public async Task Should_serve_far_more_callers_than_there_are_connections_without_blocking_threads()
    {
        // On threads of their own, as messages are handled: the connector's pool would block each of these threads until it had a
        // connection for it, and nobody would be left to finish the queries that hold the connections.
        var answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(x => Task.Run(() => AskAsync(x)))).WaitAsync(TimeSpan.FromMinutes(1));

        answers.ShouldBe(Enumerable.Range(0, 500));
    }

    [Fact]
    public async Task Should_never_have_more_connections_than_allowed()
    {
        var open = 0;
        var most = 0;
        await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ =>
        {
            await using var connection = await _database.OpenAsync();
            most = Math.Max(most, Interlocked.Increment(ref open));
            await connection.ExecuteScalarAsync<int>("SELECT SLEEP(0.002)");
            Interlocked.Decrement(ref open);
        }));

        most.ShouldBe(PoolSize);
    }

    [Fact]
    public async Task Should_have_room_again_after_connections_broke()
    {
        for (var round = 0; round < PoolSize * 3; round++)
        {
            await Should.ThrowAsync<MySqlException>(async () =>
            {
                await using var connection = await _database.OpenAsync();
                await connection.ExecuteAsync("KILL CONNECTION_ID()");
                await connection.ExecuteScalarAsync<int>("SELECT 1");
            });
        }

        (await AskAsync(7)).ShouldBe(7);
        await Should_never_have_more_connections_than_allowed();
    }

    [Fact]
    public async Task Should_have_room_again_after_the_server_was_away()
    {
        await using var gate = new TcpGate(_options.Port);
        var throughGate = new MySqlDatabase(Options.Create(_options.Through(gate.Port)));
        for (var round = 0; round < PoolSize * 3; round++)
            await Should.ThrowAsync<MySqlException>(() => throughGate.OpenAsync());

        gate.Open();

        for (var round = 0; round < PoolSize; round++)
            await (await throughGate.OpenAsync()).DisposeAsync();
    }

    [Fact]
    public async Task Should_stop_waiting_when_told_to()
    {
        var connections = await Task.WhenAll(Enumerable.Range(0, PoolSize).Select(_ => _database.OpenAsync()));
        using var cancellation = new CancellationTokenSource();
        var waiting = _database.OpenAsync(cancellation.Token);
        waiting.IsCompleted.ShouldBeFalse();

        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
        foreach (var connection in connections)
            await connection.DisposeAsync();
        (await AskAsync(7)).ShouldBe(7);
    }

    async Task<int> AskAsync(int question)
    {
        await using var connection = await _database.OpenAsync();
        return await connection.ExecuteScalarAsync<int>("SELECT @question", new { question });
    }
}
