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

    /// <summary>Whether the server hung up, or did not answer in time.</summary>
    public bool IsLost { get; private set; }

    /// <summary>The connector's own.</summary>
    public MySqlConnection Inner => _inner;

    /// <summary>How long nobody has had it.</summary>
    public TimeSpan Idle => Stopwatch.GetElapsedTime(_idleSince);

    /// <summary>Connects.</summary>
    /// <param name="connectionString">Whereto, and as whom.</param>
    /// <param name="patience">How long the server is waited for.</param>
    /// <param name="late">Gets the connection when it comes after that: no question was asked on it, so that nobody else's answer is on its way.</param>
    /// <exception cref="MySqlException">The server can't be reached, or refuses the user.</exception>
    /// <exception cref="ConnectionLostException">It did not answer in time, or hung up.</exception>
    public static async Task<PhysicalConnection> OpenAsync(string connectionString, TimeSpan patience, Action<PhysicalConnection> late)
    {
        var connection = new PhysicalConnection(Unfinalized(new MySqlConnection(connectionString)));
        var opening = connection._inner.OpenAsync(CancellationToken.None);
        await connection.GuardAsync(opening, patience, HandOverLateAsync).ConfigureAwait(false);
        return connection;

        async Task HandOverLateAsync()
        {
            await opening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
            if (opening.IsCompletedSuccessfully)
                late(new PhysicalConnection(connection._inner));
        }
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
    /// <inheritdoc cref="GuardAsync(Task, TimeSpan)" path="/exception"/>
    public async Task<T> GuardAsync<T>(Task<T> call, TimeSpan patience)
    {
        await GuardAsync((Task)call, patience).ConfigureAwait(false);
        return await call.ConfigureAwait(false);
    }

    /// <summary>Waits for a call.</summary>
    /// <exception cref="MySqlException">The server refused, or the connection failed.</exception>
    /// <exception cref="ConnectionLostException">The answer did not come in time, or the connection failed.</exception>
    public Task GuardAsync(Task call, TimeSpan patience) => GuardAsync(call, patience, () => CloseAfterAsync(call));

    /// <summary>Says goodbye to the server. Nobody waits for it, and no failure of it matters.</summary>
    public void Close()
    {
        Doubt();
        _ = CloseAfterAsync(Task.CompletedTask);
    }

    async Task GuardAsync(Task call, TimeSpan patience, Func<Task> afterwards)
    {
        try
        {
            await call.WaitAsync(patience).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            if (!call.IsCompleted)
            {
                Lose();
                _ = afterwards();
                throw new ConnectionLostException($"MySQL did not answer within {patience.TotalSeconds:0.#} s", exception);
            }

            if (MySqlFaults.IsRefusal(exception))
                throw;
            Lose();
            if (exception is IOException or SocketException or ObjectDisposedException or TimeoutException || IsClosedByConnector(exception))
                throw new ConnectionLostException("The connection to MySQL failed: " + exception.Message, exception);
            throw;
        }
    }

    [SuppressMessage("Usage", "CA1816", Justification = "The connector's finalizer talks to the server, and an exception in a finalizer ends the process.")]
    static MySqlConnection Unfinalized(MySqlConnection connection)
    {
        GC.SuppressFinalize(connection);
        return connection;
    }

    // A stream that was closed under a call shows in whatever the connector stumbles over next.
    bool IsClosedByConnector(Exception exception) => exception is not MySqlException && _inner.State != ConnectionState.Open;

    void Lose()
    {
        Doubt();
        IsLost = true;
    }

    async Task CloseAfterAsync(Task call)
    {
        // The call has the stream until it ends: with a late answer, or when TCP gives up.
        await call.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        await _inner.CloseAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
