using System.Diagnostics.CodeAnalysis;

using MySql.Data.MySqlClient;

namespace Seckill.Ledger.Connections;

/// <summary>
/// Connections that nobody uses, newest first, and how many may be in use. The connector's own pool takes back what is out of step, and blocks a thread for
/// each caller that it has no connection for; here callers wait without one. Connections are made one after another: a server that answers late gets one
/// more in each <c>connectPatience</c>, however many ask, and what comes late is kept.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore that is only waited for holds nothing to dispose of.")]
sealed class ConnectionPool(string connectionString, int size, TimeSpan connectPatience)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // A connection that was used a moment ago is there; asking the server each time would double the round trips of a read.
    static readonly TimeSpan TrustedFor = TimeSpan.FromSeconds(1);

    // As long as the connector's own pool keeps one; far below any server's wait_timeout.
    static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(3);

    readonly MySqlConnectionStringBuilder _address = new(connectionString);
    readonly SemaphoreSlim _free = new(size, size);
    readonly SemaphoreSlim _connecting = new(1, 1);
    readonly LinkedList<PhysicalConnection> _idle = [];
    bool _isClosed;

    /// <summary>How many may be in use.</summary>
    public int Size { get; } = size;

    /// <summary>The server's host.</summary>
    public string Server => _address.Server;

    /// <summary>The database's name.</summary>
    public string Database => _address.Database;

    /// <summary>Waits until it is this caller's turn. To be ended with <see cref="Release"/>.</summary>
    /// <exception cref="TimeoutException">All connections have been in use for half a minute.</exception>
    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        if (!await _free.WaitAsync(Patience, cancellationToken).ConfigureAwait(false))
            throw new TimeoutException($"All {Size} connections to MySQL have been in use for {Patience.TotalSeconds} s");
    }

    /// <summary>The turn is over.</summary>
    public void Release() => _free.Release();

    /// <summary>A sound connection: one that is there, or a new one.</summary>
    /// <exception cref="MySqlException">The server can't be reached, or refuses the user.</exception>
    /// <exception cref="ConnectionLostException">It did not answer in time, or hung up.</exception>
    public async Task<PhysicalConnection> TakeAsync(CancellationToken cancellationToken)
    {
        if (await TakeKeptAsync().ConfigureAwait(false) is { } kept)
            return kept;
        if (!await _connecting.WaitAsync(connectPatience, cancellationToken).ConfigureAwait(false))
            throw new ConnectionLostException($"MySQL gave nobody a connection for {connectPatience.TotalSeconds:0.#} s");

        var connecting = ConnectAsync(cancellationToken);
        try
        {
            return await connecting.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _ = KeepAsync(connecting);
            throw;
        }
    }

    /// <summary>Keeps the connection for the next caller; one that is not sound is closed, and one that failed takes with it those that had the same server.</summary>
    public void GiveBack(PhysicalConnection connection)
    {
        if (connection.IsSound)
        {
            Keep(connection);
            return;
        }

        connection.Close();
        if (connection.IsLost)
            Clear();
    }

    /// <summary>Keeps none from now on.</summary>
    public void Close()
    {
        lock (_idle)
            _isClosed = true;
        Clear();
    }

    // Whoever waited for this turn may find what somebody gave back meanwhile, or what came late.
    async Task<PhysicalConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            var connection = await TakeKeptAsync().ConfigureAwait(false)
                ?? await PhysicalConnection.OpenAsync(connectionString, connectPatience, Keep).ConfigureAwait(false);
            if (cancellationToken.IsCancellationRequested)
                Keep(connection);
            cancellationToken.ThrowIfCancellationRequested();
            return connection;
        }
        finally
        {
            _connecting.Release();
        }
    }

    async Task<PhysicalConnection?> TakeKeptAsync()
    {
        while (TakeIdle() is { } connection)
        {
            if (connection.Idle < TrustedFor || await connection.PingAsync(connectPatience).ConfigureAwait(false))
                return connection;

            connection.Close();
            Clear();
        }

        return null;
    }

    async Task KeepAsync(Task<PhysicalConnection> connecting)
    {
        await ((Task)connecting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (connecting.IsCompletedSuccessfully)
            Keep(await connecting.ConfigureAwait(false));
    }

    void Keep(PhysicalConnection connection)
    {
        connection.Rest();
        List<PhysicalConnection> left = [];
        lock (_idle)
        {
            _idle.AddLast(connection);
            for (; _idle.First is { } first && (_isClosed || _idle.Count > Size || first.Value.Idle > KeptFor); _idle.RemoveFirst())
                left.Add(first.Value);
        }

        left.ForEach(x => x.Close());
    }

    PhysicalConnection? TakeIdle()
    {
        lock (_idle)
        {
            var last = _idle.Last;
            if (last is not null)
                _idle.RemoveLast();
            return last?.Value;
        }
    }

    void Clear()
    {
        PhysicalConnection[] idle;
        lock (_idle)
        {
            idle = [.. _idle];
            _idle.Clear();
        }

        foreach (var connection in idle)
            connection.Close();
    }
}
