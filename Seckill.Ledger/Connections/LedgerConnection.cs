using System.Data;
using System.Data.Common;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

using MySqlConnector;

namespace Seckill.Ledger.Connections;

/// <summary>
/// A pooled connection to MySQL. One whose call was cut short, or that is closed in the middle of a result or of a transaction, is not used again.
/// Calls that have begun are not cancelled, they are waited for: for <see cref="MySqlOptions.CallTimeoutSeconds"/>, or as long as the command says.
/// What must not block puts off what it has to ask the server for until the next asynchronous call.
/// </summary>
public sealed class LedgerConnection : DbConnection
{
    readonly ConnectionPool _pool;
    readonly TimeSpan _callTimeout;
    readonly bool _isMeasured;
    bool _isOpen;
    PhysicalConnection? _physical;
    LedgerReader? _reader;
    LedgerTransaction? _transaction;
    long _taken;

    internal LedgerConnection(ConnectionPool pool, TimeSpan callTimeout, bool isMeasured)
    {
        _pool = pool;
        _callTimeout = callTimeout;
        _isMeasured = isMeasured;
    }

    /// <summary>Which server and database; no password.</summary>
    [AllowNull]
    public override string ConnectionString
    {
        get => $"server={DataSource};database={Database}";
        set => throw new NotSupportedException("Connections are made by MySqlDatabase");
    }

    /// <inheritdoc/>
    public override string Database => _pool.Database;

    /// <inheritdoc/>
    public override string DataSource => _pool.Server;

    /// <summary>The server's version. MariaDB 10 says one of MySQL's before its own, for old replicas, which is left out.</summary>
    public override string ServerVersion => Physical.Inner.ServerVersion is ['5', '.', '5', '.', '5', '-', .. var mariaDb] ? mariaDb : Physical.Inner.ServerVersion;

    /// <summary><see cref="ConnectionState.Open"/>, <see cref="ConnectionState.Closed"/>, or <see cref="ConnectionState.Broken"/> after a call that was cut short.</summary>
    public override ConnectionState State => this switch
    {
        { _isOpen: false } => ConnectionState.Closed,
        { _physical.IsSound: false } => ConnectionState.Broken,
        _ => ConnectionState.Open,
    };

    internal PhysicalConnection Physical => _physical ?? throw new InvalidOperationException("The connection is not open");

    internal TimeSpan CallTimeout => _callTimeout;

    /// <summary>A command with this text.</summary>
    [SuppressMessage("Security", "CA2100", Justification = "What is in a statement is its writer's concern.")]
    public DbCommand CreateCommand(string text) => new LedgerCommand { Connection = this, CommandText = text };

    /// <summary>A command that gets its connection later.</summary>
    public static DbCommand CreateUnattachedCommand() => new LedgerCommand();

    /// <summary>Waits for a connection.</summary>
    /// <inheritdoc cref="ReadyAsync" path="/exception"/>
    public override async Task OpenAsync(CancellationToken cancellationToken)
    {
        Open();
        try
        {
            await ReadyAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            Close();
            throw;
        }
    }

    /// <summary>Waits for nothing: the first call waits for a connection.</summary>
    public override void Open()
    {
        if (_isOpen)
            throw new InvalidOperationException("The connection is open already");

        _isOpen = true;
    }

    /// <summary>Gives the connection back. Waits for nothing.</summary>
    public override void Close()
    {
        var isInDoubt = _reader is { IsAtEnd: false } || _transaction is { IsOpen: true, IsPutOff: false };
        (_isOpen, _reader, _transaction) = (false, null, null);
        if (_physical is not { } physical)
            return;

        _physical = null;
        if (isInDoubt)
            physical.Doubt();
        _pool.GiveBack(physical);
        Leave();
    }

    /// <summary>Closes the connection for good: what its session has begun is undone by the server.</summary>
    public void Discard()
    {
        _physical?.Doubt();
        Close();
    }

    /// <inheritdoc/>
    public override void ChangeDatabase(string databaseName) => throw new NotSupportedException("The next caller would find another database");

    /// <summary>Waits for nothing: the transaction begins with the first call.</summary>
    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel)
        => _transaction = new LedgerTransaction(this, isolationLevel == IsolationLevel.Unspecified ? IsolationLevel.RepeatableRead : isolationLevel);

    /// <inheritdoc/>
    protected override async ValueTask<DbTransaction> BeginDbTransactionAsync(IsolationLevel isolationLevel, CancellationToken cancellationToken)
    {
        var transaction = BeginDbTransaction(isolationLevel);
        await ReadyAsync(cancellationToken).ConfigureAwait(false);
        return transaction;
    }

    /// <inheritdoc/>
    protected override DbCommand CreateDbCommand() => new LedgerCommand { Connection = this };

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Close();
        base.Dispose(disposing);
    }

    internal LedgerReader Reading(MySqlDataReader reader) => _reader = new LedgerReader(this, reader);

    /// <summary>The connection that a call may be made on, once all is done that was put off.</summary>
    /// <exception cref="MySqlException">The server refuses the user, or has no room for another connection.</exception>
    /// <exception cref="ConnectionLostException">The server can't be reached, did not answer in time, or hung up; or an earlier call was cut short.</exception>
    /// <exception cref="TimeoutException">All connections have been in use for half a minute.</exception>
    internal async ValueTask<PhysicalConnection> ReadyAsync(CancellationToken cancellationToken)
    {
        if (!_isOpen)
            throw new InvalidOperationException("The connection is not open");

        var physical = _physical ??= await TakeAsync(cancellationToken).ConfigureAwait(false);
        if (_reader is { IsLeft: true })
            await _reader.CloseAsync().ConfigureAwait(false);
        if (!physical.IsSound)
            throw new ConnectionLostException("The connection to MySQL failed in an earlier call");
        if (_transaction is { IsPutOff: true })
            await _transaction.BeginAsync(physical).ConfigureAwait(false);
        return physical;
    }

    async Task<PhysicalConnection> TakeAsync(CancellationToken cancellationToken)
    {
        var asked = Stopwatch.GetTimestamp();
        await _pool.EnterAsync(cancellationToken).ConfigureAwait(false);
        if (_isMeasured)
        {
            MySqlInstruments.SetPoolLimit(_pool.Size);
            MySqlInstruments.Taken(asked);
        }

        _taken = Stopwatch.GetTimestamp();
        try
        {
            var physical = await _pool.TakeAsync(cancellationToken).ConfigureAwait(false);
            Measure(null);
            return physical;
        }
        catch (Exception exception)
        {
            Measure(exception);
            Leave();
            throw;
        }
    }

    void Measure(Exception? failure)
    {
        if (_isMeasured && failure is not OperationCanceledException)
            MySqlInstruments.Called("open", _taken, failure);
    }

    void Leave()
    {
        if (_isMeasured)
            MySqlInstruments.GivenBack(_taken);
        _pool.Release();
    }
}
