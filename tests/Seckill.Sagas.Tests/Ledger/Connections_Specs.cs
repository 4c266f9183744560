using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

using Dapper;

using Microsoft.Extensions.Options;

using MySqlConnector;

using Seckill.Ledger;
using Seckill.Ledger.Connections;
using Seckill.Sagas.Tests.Clock;
using Seckill.TestSupport;

namespace Seckill.Sagas.Tests.Ledger;

[Collection(ClockCollection.Name)]
public sealed class Connections_Specs(ClockDatabase databases) : IAsyncLifetime, IDisposable
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

    public void Dispose() => _database.Dispose();

    [Fact]
    public async Task Should_serve_far_more_callers_than_there_are_connections_without_blocking_threads()
    {
        // On threads of their own, as messages are handled: a pool that blocked would keep each of these threads until it had a
        // connection for it, and nobody would be left to finish the queries that hold the connections.
        var answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(x => Task.Run(() => AskAsync(x)))).WaitAsync(TimeSpan.FromMinutes(1));

        answers.ShouldBe(Enumerable.Range(0, 500));
    }

    [Fact]
    public async Task Should_say_the_version_that_the_server_says()
    {
        await using var connection = await _database.OpenAsync();

        connection.ServerVersion.ShouldBe(await connection.ExecuteScalarAsync<string>("SELECT VERSION()"));
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
            await Should.ThrowAsync<ConnectionLostException>(async () =>
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
    public async Task Should_not_take_a_refused_connection_for_a_refused_statement()
    {
        var options = _options.Through(_options.Port);
        options.Password = "wrong" + options.Password;
        using var refused = new MySqlDatabase(Options.Create(options));

        var failure = await Should.ThrowAsync<ConnectionLostException>(() => refused.OpenAsync());

        failure.InnerException.ShouldBeOfType<MySqlException>().ErrorCode.ShouldBe(MySqlErrorCode.AccessDenied);
        failure.Message.ShouldContain("Access denied");
        MySqlFaults.IsRefusal(failure).ShouldBeFalse();
        MySqlFaults.IsTransient(failure).ShouldBeTrue();
    }

    [Fact]
    public async Task Should_have_room_again_after_the_server_was_away()
    {
        await using var gate = new TcpGate(_options.Port);
        using var throughGate = Through(gate);
        for (var round = 0; round < PoolSize * 3; round++)
            await Should.ThrowAsync<ConnectionLostException>(() => throughGate.OpenAsync());

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

    [Fact]
    public async Task Should_never_take_a_late_answer_for_that_to_another_question()
    {
        await using var gate = new TcpGate(_options.Port);
        gate.Open();
        _options.CallTimeoutSeconds = 1;
        using var throughGate = Through(gate);
        for (var round = 0; round < 3; round++)
        {
            (await Task.WhenAll(Enumerable.Range(0, PoolSize).Select(x => AskAsync(throughGate, x)))).ShouldBe(Enumerable.Range(0, PoolSize));
            var open = await Task.WhenAll(Enumerable.Range(0, PoolSize).Select(_ => throughGate.OpenAsync()));
            gate.FallSilent();
            await Task.WhenAll(open.Select(async connection =>
            {
                await using (connection)
                {
                    await Should.ThrowAsync<ConnectionLostException>(() => connection.ExecuteScalarAsync<int>("SELECT 1000"));
                    connection.State.ShouldBe(System.Data.ConnectionState.Broken);
                    await Should.ThrowAsync<ConnectionLostException>(() => connection.ExecuteScalarAsync<int>("SELECT 2000"));
                }
            }));
            var questions = Enumerable.Range(0, 50).Select(x => AskAsync(throughGate, x)).ToList();
            gate.Speak();
            (await Task.WhenAll(questions)).ShouldBe(Enumerable.Range(0, 50));
        }
    }

    [Fact]
    public async Task Should_give_up_a_server_that_takes_connections_and_says_nothing()
    {
        await using var gate = SilentGate();
        using var throughGate = Through(gate);

        await Task.WhenAll(Enumerable.Range(0, PoolSize).Select(_ => Should.ThrowAsync<ConnectionLostException>(() => throughGate.OpenAsync())));

        // The others did not wait longer for their turn than the first for an answer: connections do not pile up.
        gate.Taken.ShouldBeInRange(1, PoolSize - 1);
        gate.Speak();
        (await Task.WhenAll(Enumerable.Range(0, PoolSize).Select(x => AskAsync(throughGate, x)))).ShouldBe(Enumerable.Range(0, PoolSize));
    }

    [Fact]
    public async Task Should_give_those_who_wait_for_a_silent_server_what_others_give_back()
    {
        await using var gate = new TcpGate(_options.Port);
        gate.Open();
        using var throughGate = Through(gate);
        var first = await throughGate.OpenAsync();
        gate.FallSilent();
        var waiting = Enumerable.Range(0, PoolSize - 1).Select(_ => throughGate.OpenAsync()).ToList();
        await Eventually.HoldsAsync(() => gate.Taken == 2, "another connection is asked for");

        await first.DisposeAsync();

        await using (await waiting[0])
            gate.Speak();
        await (await waiting[1]).DisposeAsync();
        (await AskAsync(throughGate, 7)).ShouldBe(7);
    }

    [Fact]
    public async Task Should_use_a_connection_whose_caller_did_not_wait_for_it()
    {
        await using var gate = SilentGate();
        using var throughGate = Through(gate);
        using var cancellation = new CancellationTokenSource();
        var opening = throughGate.OpenAsync(cancellation.Token);
        await Eventually.HoldsAsync(() => gate.Taken == 1, "the server is asked");
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => opening);

        gate.Speak();

        (await AskAsync(throughGate, 7)).ShouldBe(7);
        gate.Taken.ShouldBe(1);
    }

    [Fact]
    public async Task Should_use_a_sound_connection_again_also_after_the_server_refused()
    {
        var first = await IdAsync();

        await Should.ThrowAsync<MySqlException>(async () =>
        {
            await using var connection = await _database.OpenAsync();
            await connection.ExecuteAsync("SELECT nothing FROM nowhere");
        });

        (await IdAsync()).ShouldBe(first);
    }

    [Fact]
    public async Task Should_use_a_connection_again_whose_rows_were_read_to_the_end()
    {
        async Task<int> QueriedAsync()
        {
            await using var connection = await _database.OpenAsync();
            return (await connection.QueryAsync<int>("SELECT CONNECTION_ID()")).Single();
        }

        async Task<int> QueriedForOneAsync()
        {
            await using var connection = await _database.OpenAsync();
            return await connection.QuerySingleAsync<int>("SELECT CONNECTION_ID()");
        }

        var first = await IdAsync();

        (await QueriedAsync()).ShouldBe(first);
        (await QueriedForOneAsync()).ShouldBe(first);
        (await IdAsync()).ShouldBe(first);
    }

    [Fact]
    public async Task Should_forget_with_its_closing_a_transaction_that_was_put_off()
    {
        await using (var connection = await _database.OpenAsync())
            await connection.ExecuteAsync("CREATE TABLE after_closing (text VARCHAR(20))");
        var first = await IdAsync();
        await using (var connection = _database.ConnectionsOfTheirOwn(PoolSize)())
        {
            connection.Open();
            connection.BeginTransaction();
            connection.Close();
            connection.Open();
            await connection.ExecuteAsync("INSERT INTO after_closing VALUES ('written')");
        }

        await using var next = await _database.OpenAsync();
        (await next.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM after_closing")).ShouldBe(1);
        (await next.ExecuteScalarAsync<int>("SELECT CONNECTION_ID()")).ShouldBe(first);
    }

    [Fact]
    public async Task Should_not_give_the_next_caller_somebody_elses_transaction()
    {
        await using (var connection = await _database.OpenAsync())
            await connection.ExecuteAsync("CREATE TABLE notes (text VARCHAR(20))");
        var first = await IdAsync();
        await using (var connection = await _database.OpenAsync())
        {
            var transaction = await connection.BeginTransactionAsync();
            await connection.ExecuteAsync("INSERT INTO notes VALUES ('forgotten')", transaction: transaction);
        }

        (await IdAsync()).ShouldNotBe(first);
        await using var next = await _database.OpenAsync();
        (await next.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM notes")).ShouldBe(0);
    }

    [Fact]
    public async Task Should_undo_what_a_transaction_did_that_was_disposed_of()
    {
        await using (var connection = await _database.OpenAsync())
            await connection.ExecuteAsync("CREATE TABLE undone (text VARCHAR(20))");
        var first = await IdAsync();
        await using (var connection = await _database.OpenAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await connection.ExecuteAsync("INSERT INTO undone VALUES ('written')", transaction: transaction);
        }

        (await IdAsync()).ShouldBe(first);
        await using var next = await _database.OpenAsync();
        (await next.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM undone")).ShouldBe(0);
    }

    [Fact]
    public async Task Should_put_off_what_may_not_block_until_the_first_call()
    {
        await using var gate = SilentGate();
        using var throughGate = Through(gate);
        var open = throughGate.ConnectionsOfTheirOwn(PoolSize);
        for (var round = 0; round < PoolSize * 3; round++)
        {
            await using var connection = open();
            connection.Open();
            await using var transaction = connection.BeginTransaction();
            transaction.Rollback();
        }

        await using var last = open();
        last.Open();
        var begun = last.BeginTransaction();
        await Should.ThrowAsync<ConnectionLostException>(() => last.ExecuteScalarAsync<int>("SELECT 1", transaction: begun));
        gate.Speak();
        (await last.ExecuteScalarAsync<int>("SELECT 1", transaction: begun)).ShouldBe(1);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task Should_pass_over_what_was_left_unread_without_blocking(bool isCommitted, int expected)
    {
        await using (var connection = await _database.OpenAsync())
            await connection.ExecuteAsync("CREATE TABLE kept (text VARCHAR(20))");
        await using (var connection = _database.ConnectionsOfTheirOwn(PoolSize)())
        {
            connection.Open();
            await using var transaction = connection.BeginTransaction();
            await connection.ExecuteAsync("INSERT INTO kept VALUES ('written')", transaction: transaction);
            await LeaveHalfReadAsync(connection);
            (await connection.ExecuteScalarAsync<int>("SELECT 7", transaction: transaction)).ShouldBe(7);
            await LeaveHalfReadAsync(connection);
            if (isCommitted)
                transaction.Commit();
            else
                transaction.Rollback();
        }

        await using var next = await _database.OpenAsync();
        (await next.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM kept")).ShouldBe(expected);
    }

    [Fact]
    public async Task Should_not_take_a_connection_that_ends_between_two_statements_for_success()
    {
        await using var connection = await _database.OpenAsync();

        await Should.ThrowAsync<DbException>(() => connection.ExecuteAsync("SELECT 1; KILL CONNECTION_ID(); DO 2"));

        connection.State.ShouldNotBe(System.Data.ConnectionState.Closed);
    }

    [Fact]
    public async Task Should_leave_rows_that_nobody_read_to_nobody()
    {
        for (var round = 0; round < PoolSize * 3; round++)
        {
            await using var connection = await _database.OpenAsync();
            await using var command = connection.CreateCommand("SELECT 1 UNION SELECT 2 UNION SELECT 3; SELECT 4");
            var reader = await command.ExecuteReaderAsync();
            (await reader.ReadAsync()).ShouldBeTrue();
            if (round % 2 == 0)
                await reader.DisposeAsync();
        }

        (await AskAsync(7)).ShouldBe(7);
    }

    [Fact]
    public async Task Should_fail_one_caller_at_most_when_the_server_closed_idle_connections()
    {
        var connections = await Task.WhenAll(Enumerable.Range(0, PoolSize).Select(_ => _database.OpenAsync()));
        var ids = await Task.WhenAll(connections.Select(x => x.ExecuteScalarAsync<int>("SELECT CONNECTION_ID()")));
        foreach (var connection in connections)
            await connection.DisposeAsync();
        using (var other = new MySqlDatabase(Options.Create(_options)))
        {
            await using var killer = await other.OpenAsync();
            foreach (var id in ids)
                await killer.ExecuteAsync($"KILL {id}");
        }

        var failed = 0;
        for (var question = 0; question < PoolSize * 2; question++)
        {
            try
            {
                (await AskAsync(question)).ShouldBe(question);
            }
            catch (DbException exception) when (MySqlFaults.IsTransient(exception))
            {
                failed++;
            }
        }

        failed.ShouldBeLessThanOrEqualTo(1);
    }

    Task<int> AskAsync(int question) => AskAsync(_database, question);

    static async Task<int> AskAsync(MySqlDatabase database, int question)
    {
        await using var connection = await database.OpenAsync();
        return await connection.ExecuteScalarAsync<int>("SELECT @question", new { question });
    }

    /// <summary>To a server that takes connections and says nothing, until the gate speaks.</summary>
    TcpGate SilentGate()
    {
        var gate = new TcpGate(_options.Port);
        gate.Open();
        gate.FallSilent();
        return gate;
    }

    MySqlDatabase Through(TcpGate gate) => new(Options.Create(_options.Through(gate.Port)));

    [SuppressMessage("Performance", "CA1849", Justification = "It is the closing that can't wait that is tested.")]
    static async Task LeaveHalfReadAsync(DbConnection connection)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT 1 UNION SELECT 2 UNION SELECT 3; SELECT 4";
        var reader = await command.ExecuteReaderAsync();
        (await reader.ReadAsync()).ShouldBeTrue();
        reader.Close();
        reader.IsClosed.ShouldBeTrue();
    }

    async Task<int> IdAsync()
    {
        await using var connection = await _database.OpenAsync();
        return await connection.ExecuteScalarAsync<int>("SELECT CONNECTION_ID()");
    }
}
