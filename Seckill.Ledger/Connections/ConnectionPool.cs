using System.Diagnostics.CodeAnalysis;

using MySqlConnector;

namespace Seckill.Ledger.Connections;

/// <summary>
/// Connections that nobody uses, newest first, and how many may be in use. Connections are opened one after another, and whoever waits gets the first that is
/// given back or opened: a server that answers late is asked for one more in each <c>connectPatience</c>, however many wait. The connector's own pool opens as many at
/// once as ask, and gives them no longer for their turn than for the server.
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
    readonly Lock _lock = new();
    readonly LinkedList<PhysicalConnection> _idle = [];
    readonly LinkedList<TaskCompletionSource<PhysicalConnection>> _waiting = [];
    bool _isOpening;
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

    /// <summary>A sound connection: one that is there, one that is given back, or a new one.</summary>
    /// <inheritdoc cref="PhysicalConnection.OpenAsync" path="/exception"/>
    public async Task<PhysicalConnection> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var (connection, waiter) = TakeIdleOrWait();
            if (waiter is not null)
                return await AwaitAsync(waiter, cancellationToken).ConfigureAwait(false);
            if (connection!.Idle < TrustedFor || await connection.PingAsync((int)connectPatience.TotalSeconds).ConfigureAwait(false))
                return connection;

            connection.Close();
            Clear();
        }
    }

    /// <summary>Keeps the connection for the next caller; one that is not sound is closed, and one that failed takes with it those that had the same server.</summary>
    public void GiveBack(PhysicalConnection connection)
    {
        if (connection.IsSound)
        {
            Keep(connection, isExtra: false);
            return;
        }

        connection.Close();
        if (connection.IsLost)
            Clear();
    }

    /// <summary>Keeps none from now on.</summary>
    public void Close()
    {
        lock (_lock)
            _isClosed = true;
        Clear();
    }

    (PhysicalConnection? Idle, TaskCompletionSource<PhysicalConnection>? Waiter) TakeIdleOrWait()
    {
        lock (_lock)
        {
            if (_idle.Last is { } last)
            {
                _idle.RemoveLast();
                return (last.Value, null);
            }

            var waiter = new TaskCompletionSource<PhysicalConnection>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.AddLast(waiter);
            if (!_isOpening)
            {
                _isOpening = true;
                _ = OpenForThoseWhoWaitAsync();
            }

            return (null, waiter);
        }
    }

    async Task<PhysicalConnection> AwaitAsync(TaskCompletionSource<PhysicalConnection> waiter, CancellationToken cancellationToken)
    {
        try
        {
            return await waiter.Task.WaitAsync(connectPatience, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or TimeoutException)
        {
            // It may have been served in the same moment.
            var isServed = !StopsWaiting(waiter);
            if (isServed && exception is TimeoutException)
                return await waiter.Task.ConfigureAwait(false);
            if (isServed && waiter.Task.IsCompletedSuccessfully)
                Keep(await waiter.Task.ConfigureAwait(false), isExtra: true);
            if (exception is TimeoutException)
                throw new ConnectionLostException($"MySQL gave no connection, and nobody gave one back, within {connectPatience.TotalSeconds:0.#} s", exception);
            throw;
        }
    }

    async Task OpenForThoseWhoWaitAsync()
    {
        // The caller is left at once: they hold the lock.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (OldestWaiter() is { } oldest)
        {
            try
            {
                Keep(await PhysicalConnection.OpenAsync(connectionString).ConfigureAwait(false), isExtra: true);
            }
            catch (Exception exception)
            {
                // The attempt was for the one who has waited longest, unless they have gone; the next one has another.
                if (StopsWaiting(oldest))
                    oldest.SetException(exception);
            }
        }
    }

    TaskCompletionSource<PhysicalConnection>? OldestWaiter()
    {
        lock (_lock)
        {
            _isOpening = _waiting.Count > 0;
            return _waiting.First?.Value;
        }
    }

    /// <summary>False when somebody else has ended the waiting, or is about to.</summary>
    bool StopsWaiting(TaskCompletionSource<PhysicalConnection> waiter)
    {
        lock (_lock)
            return _waiting.Remove(waiter);
    }

    // An extra one is not among those in use: there are no more of them kept than may be used.
    void Keep(PhysicalConnection connection, bool isExtra)
    {
        connection.Rest();
        List<PhysicalConnection> left = [];
        lock (_lock)
        {
            if (_waiting.First is { Value: var waiter })
            {
                _waiting.RemoveFirst();
                waiter.SetResult(connection);
                return;
            }

            if (_isClosed || (isExtra && _idle.Count >= _free.CurrentCount))
                left.Add(connection);
            else
                _idle.AddLast(connection);
            for (; _idle.First is { } first && first.Value.Idle > KeptFor; _idle.RemoveFirst())
                left.Add(first.Value);
        }

        left.ForEach(x => x.Close());
    }

    void Clear()
    {
        PhysicalConnection[] idle;
        lock (_lock)
        {
            idle = [.. _idle];
            _idle.Clear();
        }

        foreach (var connection in idle)
            connection.Close();
    }
}
