using Dapper;

using Seckill.Admission.Redis;
using Seckill.Ledger;

using StackExchange.Redis;

namespace Seckill.Sagas.Circuit;

/// <summary>MySQL answers, and takes writes.</summary>
sealed class MySqlProbe(MySqlDatabase database) : IDependencyProbe
{
    public string Name => "mysql";

    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        if (await connection.ExecuteScalarAsync<long>("SELECT @@GLOBAL.read_only") != 0)
            throw new InvalidOperationException("MySQL is read-only");
    }
}

/// <summary>The stock Redis answers, and has loaded its data.</summary>
sealed class StockRedisProbe(RedisConnections connections) : IDependencyProbe
{
    public string Name => "redis";

    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        // A server that is loading answers PING with an error, too.
        var database = await connections.Stock.DatabaseAsync();
        await database.PingAsync();
    }
}

/// <summary>Enough of the masters that keep locks answer for a quorum.</summary>
sealed class LockMastersProbe(RedisConnections connections) : IDependencyProbe
{
    public string Name => "redis-locks";

    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        var asked = connections.Locks.Select(AnswersAsync).ToList();
        var (quorum, answering) = ((asked.Count / 2) + 1, 0);
        // One that is silent keeps nobody from a lock whom the others let in, and says nothing that is worth waiting for.
        await foreach (var answer in Task.WhenEach(asked).WithCancellation(cancellationToken))
        {
            if (await answer && ++answering == quorum)
                return;
        }

        throw new InvalidOperationException($"{answering} of {asked.Count} lock masters answer");
    }

    static async Task<bool> AnswersAsync(RedisConnection master)
    {
        try
        {
            await (await master.DatabaseAsync()).PingAsync();
            return true;
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or IOException)
        {
            return false;
        }
    }
}
