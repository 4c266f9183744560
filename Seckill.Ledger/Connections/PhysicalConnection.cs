using System.Diagnostics;
using System.Net.Sockets;

using MySqlConnector;

namespace Seckill.Ledger.Connections;

/// <summary>
/// A connection of the connector, and whether it may be used again. Its calls end by themselves: with an answer, or when their time is up, and then the connector has closed the socket.
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

    /// <summary>Connects. How long that may take stands in the connection string.</summary>
    /// <exception cref="ConnectionLostException">
    /// The server can't be reached, did not answer in time, hung up, or refuses: the user, the host, one more connection. A refusal of the connection is never one of what was to be
    /// sent over it, so it must not be taken for that.
    /// </exception>
    public static async Task<PhysicalConnection> OpenAsync(string connectionString)
    {
        var connection = new PhysicalConnection(new MySqlConnection(connectionString));
        try
        {
            await connection.GuardAsync(connection._inner.OpenAsync(CancellationToken.None)).ConfigureAwait(false);
            return connection;
        }
        catch (MySqlException exception)
        {
            connection.Close();
            throw new ConnectionLostException("MySQL refuses the connection: " + exception.Message, exception);
        }
        catch
        {
            connection.Close();
            throw;
        }
    }

    /// <summary>Whether the server still answers on it, within so many seconds.</summary>
    public async Task<bool> PingAsync(int seconds)
    {
        await using var command = new MySqlCommand("DO 0", _inner) { CommandTimeout = seconds };
        try
        {
            await GuardAsync(command.ExecuteNonQueryAsync(CancellationToken.None)).ConfigureAwait(false);
            return true;
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
    /// <inheritdoc cref="GuardAsync(Task)" path="/exception"/>
    public async Task<T> GuardAsync<T>(Task<T> call)
    {
        await GuardAsync((Task)call).ConfigureAwait(false);
        return await call.ConfigureAwait(false);
    }

    /// <summary>Waits for a call.</summary>
    /// <exception cref="MySqlException">The server refused.</exception>
    /// <exception cref="ConnectionLostException">The answer did not come in time, or the connection failed.</exception>
    public async Task GuardAsync(Task call)
    {
        try
        {
            await call.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            if (MySqlFaults.IsRefusal(exception))
                throw;
            Doubt();
            IsLost = true;
            if (exception is MySqlException or IOException or SocketException or ObjectDisposedException or TimeoutException || IsClosedByConnector(exception))
                throw new ConnectionLostException("The connection to MySQL failed: " + exception.Message, exception);
            throw;
        }
    }

    /// <summary>Says goodbye to the server. Nobody waits for it, and no failure of it matters.</summary>
    public void Close()
    {
        Doubt();
        _ = CloseAsync();

        async Task CloseAsync()
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            await _inner.CloseAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // A stream that was closed under a call shows in whatever the connector stumbles over next.
    bool IsClosedByConnector(Exception exception) => exception is not MySqlException && _inner.State != System.Data.ConnectionState.Open;
}
