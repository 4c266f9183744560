using System.Data;
using System.Data.Common;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

using MySql.Data.MySqlClient;

namespace Seckill.Ledger.Connections;

/// <summary>
/// A pooled connection to MySQL. One whose call was cut short, or that is closed in the middle of a result or of a transaction, is not used again.
/// Calls that have begun are not cancelled, they are waited for: for <see cref="MySqlOptions.CallTimeoutSeconds"/>, or as long as the command says.
/// </summary>
public sealed class LedgerConnection : DbConnection
{
    readonly ConnectionPool _pool;
    readonly TimeSpan _callTimeout;
    readonly bool _isMeasured;
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
    public override string Database => Physical.Inner.Database;

    /// <inheritdoc/>
    public override string DataSource => Physical.Inner.DataSource;

    /// <inheritdoc/>
    public override string ServerVersion => Physical.Inner.ServerVersion;

    /// <summary><see cref="ConnectionState.Open"/>, <see cref="ConnectionState.Closed"/>, or <see cref="ConnectionState.Broken"/> after a call that was cut short.</summary>
    public override ConnectionState State => this switch
    {
        { _physical: null } => ConnectionState.Closed,
        { _physical.IsSound: false } => ConnectionState.Broken,
        _ => ConnectionState.Open,
    };

    internal PhysicalConnection Physical => _physical ?? throw new InvalidOperationException("The connection is not open");

    internal TimeSpan CallTimeout => _callTimeout;

    /// <summary>The connection that a call may be made on.</summary>
    /// <exception cref="ConnectionLostException">An earlier call was cut short.</exception>
    internal PhysicalConnection Sound => Physical.IsSound ? Physical : throw new ConnectionLostException("The connection to MySQL failed in an earlier call");

    /// <summary>A command with this text.</summary>
    [SuppressMessage("Security", "CA2100", Justification = "What is in a statement is its writer's concern.")]
    public DbCommand CreateCommand(string text) => new LedgerCommand { Connection = this, CommandText = text };

    /// <summary>A command that gets its connection later.</summary>
    public static DbCommand CreateUnattachedCommand() => new LedgerCommand();

    /// <summary>Waits for a connection.</summary>
    /// <exception cref="MySqlException">The server can't be reached, or refuses the user.</exception>
    /// <exception cref="ConnectionLostException">The server did not answer in time, or hung up.</exception>
    /// <exception cref="TimeoutException">All connections have been in use for half a minute.</exception>
    public override async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (_physical is not null)
            throw new InvalidOperationException("The connection is open already");

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
            _physical = await _pool.TakeAsync(cancellationToken).ConfigureAwait(false);
            Measure(null);
        }
        catch (Exception exception)
        {
            Measure(exception);
            Leave();
            throw;
        }
    }

    /// <summary>As <see cref="OpenAsync"/>, for Quartz, which knows no other way.</summary>
    public override void Open() => OpenAsync(CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>Gives the connection back. Waits for nothing.</summary>
    public override void Close()
    {
        if (_physical is not { } physical)
            return;

        _physical = null;
        if (_reader is { IsClosed: false } || _transaction is { IsOpen: true })
            physical.Doubt();
        _reader = null;
        _transaction = null;
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

    /// <inheritdoc/>
    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel)
        => BeginAsync(isolationLevel).GetAwaiter().GetResult();

    /// <inheritdoc/>
    protected override async ValueTask<DbTransaction> BeginDbTransactionAsync(IsolationLevel isolationLevel, CancellationToken cancellationToken)
        => await BeginAsync(isolationLevel).ConfigureAwait(false);

    /// <inheritdoc/>
    protected override DbCommand CreateDbCommand() => new LedgerCommand { Connection = this };

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Close();
        base.Dispose(disposing);
    }

    internal LedgerReader Reading(MySqlDataReader reader, TimeSpan patience) => _reader = new LedgerReader(this, reader, patience);

    async Task<DbTransaction> BeginAsync(IsolationLevel isolationLevel)
    {
        var level = isolationLevel == IsolationLevel.Unspecified ? IsolationLevel.RepeatableRead : isolationLevel;
        var physical = Sound;
        var inner = await physical.GuardAsync(physical.Inner.BeginTransactionAsync(level, CancellationToken.None).AsTask(), _callTimeout).ConfigureAwait(false);
        return _transaction = new LedgerTransaction(this, inner);
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
