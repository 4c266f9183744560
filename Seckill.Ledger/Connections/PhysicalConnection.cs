using System.Data;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;

using MySql.Data.MySqlClient;

namespace Seckill.Ledger.Connections;

/// <summary>
/// A connection of the connector, and whether question and answer are in step on it. The connector's own time limits are off: its asynchronous calls look
/// at them only when an answer has come, throw that answer away, and go on with the connection, so that the next question gets the rest of it. Here whoever
/// waits too long stops waiting, and the connection is never used again.
/// </summary>
sealed class PhysicalConnection
{
    readonly MySqlConnection _inner;
    long _idleSince;

    PhysicalConnection(MySqlConnection inner) => _inner = inner;

    /// <summary>False after a call that had no end, or one that nobody can say of what it left behind.</summary>
    public bool IsSound { get; private set; } = true;

    /// <summary>The connector's own.</summary>
    public MySqlConnection Inner => _inner;

    /// <summary>How long nobody has had it.</summary>
    public TimeSpan Idle => Stopwatch.GetElapsedTime(_idleSince);

    /// <summary>Connects.</summary>
    /// <exception cref="MySqlException">The server can't be reached, or refuses the user.</exception>
    /// <exception cref="ConnectionLostException">It did not answer in time, or hung up.</exception>
    public static async Task<PhysicalConnection> OpenAsync(string connectionString, TimeSpan patience, CancellationToken cancellationToken)
    {
        var connection = new PhysicalConnection(Unfinalized(new MySqlConnection(connectionString)));
        await connection.GuardAsync(connection._inner.OpenAsync(CancellationToken.None), patience, cancellationToken).ConfigureAwait(false);
        return connection;
    }

    /// <summary>Whether the server still answers on it.</summary>
    public async Task<bool> PingAsync(TimeSpan patience)
    {
        try
        {
            return await GuardAsync(_inner.PingAsync(), patience).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is MySqlException or ConnectionLostException)
        {
            return false;
        }
    }

    /// <summary>Nobody has it from now on.</summary>
    public void Rest() => _idleSince = Stopwatch.GetTimestamp();

    /// <summary>Takes the connection out of use: it is closed instead of kept.</summary>
    public void Doubt() => IsSound = false;

    /// <summary>Waits for a call.</summary>
    /// <inheritdoc cref="GuardAsync(Task, TimeSpan, CancellationToken)" path="/exception"/>
    public async Task<T> GuardAsync<T>(Task<T> call, TimeSpan patience)
    {
        await GuardAsync((Task)call, patience).ConfigureAwait(false);
        return await call.ConfigureAwait(false);
    }

    /// <summary>Waits for a call.</summary>
    /// <exception cref="MySqlException">The server refused, or the connection failed.</exception>
    /// <exception cref="ConnectionLostException">The answer did not come in time, or the connection failed.</exception>
    public async Task GuardAsync(Task call, TimeSpan patience, CancellationToken cancellationToken = default)
    {
        try
        {
            await call.WaitAsync(patience, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            if (!call.IsCompleted)
            {
                CloseAfter(call);
                if (exception is OperationCanceledException)
                    throw;
                throw new ConnectionLostException($"MySQL did not answer within {patience.TotalSeconds:0.#} s", exception);
            }

            if (MySqlFaults.IsRefusal(exception))
                throw;
            Doubt();
            if (exception is IOException or SocketException or ObjectDisposedException or TimeoutException || IsClosedByConnector(exception))
                throw new ConnectionLostException("The connection to MySQL failed: " + exception.Message, exception);
            throw;
        }
    }

    /// <summary>Says goodbye to the server. Nobody waits for it, and no failure of it matters.</summary>
    public void Close() => CloseAfter(Task.CompletedTask);

    [SuppressMessage("Usage", "CA1816", Justification = "The connector's finalizer talks to the server, and an exception in a finalizer ends the process.")]
    static MySqlConnection Unfinalized(MySqlConnection connection)
    {
        GC.SuppressFinalize(connection);
        return connection;
    }

    // A stream that was closed under a call shows in whatever the connector stumbles over next.
    bool IsClosedByConnector(Exception exception) => exception is not MySqlException && _inner.State != ConnectionState.Open;

    void CloseAfter(Task call)
    {
        Doubt();
        _ = CloseAfterAsync();

        async Task CloseAfterAsync()
        {
            // The call has the stream until it ends: with a late answer, or when TCP gives up.
            await call.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
            await _inner.CloseAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
