using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

using MySqlConnector;

namespace Seckill.Ledger.Connections;

/// <summary>A command of a <see cref="LedgerConnection"/>: asynchronous, and waited for no longer than its time-out.</summary>
sealed class LedgerCommand : DbCommand
{
    const string OnlyAsynchronous = "Calls of MySQL are asynchronous";

    readonly MySqlCommand _inner = new();
    LedgerConnection? _connection;
    LedgerTransaction? _transaction;
    int? _timeoutSeconds;

    /// <inheritdoc/>
    [AllowNull]
    public override string CommandText
    {
        get => _inner.CommandText;
        [SuppressMessage("Security", "CA2100", Justification = "What is in a statement is its writer's concern.")]
        set => _inner.CommandText = value;
    }

    /// <summary>Seconds; 0 for no limit.</summary>
    public override int CommandTimeout
    {
        get => _timeoutSeconds ?? (int)(_connection?.CallTimeout.TotalSeconds ?? 0);
        set => _timeoutSeconds = value;
    }

    /// <inheritdoc/>
    public override CommandType CommandType
    {
        get => _inner.CommandType;
        set => _inner.CommandType = value;
    }

    /// <inheritdoc/>
    public override bool DesignTimeVisible { get; set; }

    /// <inheritdoc/>
    public override UpdateRowSource UpdatedRowSource
    {
        get => _inner.UpdatedRowSource;
        set => _inner.UpdatedRowSource = value;
    }

    /// <inheritdoc/>
    protected override DbConnection? DbConnection
    {
        get => _connection;
        set => _connection = (LedgerConnection?)value;
    }

    /// <inheritdoc/>
    protected override DbTransaction? DbTransaction
    {
        get => _transaction;
        set => _transaction = (LedgerTransaction?)value;
    }

    /// <inheritdoc/>
    protected override DbParameterCollection DbParameterCollection => _inner.Parameters;

    /// <inheritdoc/>
    public override async Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken)
    {
        await using var reader = await ExecuteDbDataReaderAsync(CommandBehavior.Default, cancellationToken).ConfigureAwait(false);
        await ReadToEndAsync(reader).ConfigureAwait(false);
        return reader.RecordsAffected;
    }

    /// <inheritdoc/>
    public override async Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken)
    {
        await using var reader = await ExecuteDbDataReaderAsync(CommandBehavior.Default, cancellationToken).ConfigureAwait(false);
        var value = await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false) ? reader.GetValue(0) : null;
        await ReadToEndAsync(reader).ConfigureAwait(false);
        return value;
    }

    /// <inheritdoc/>
    protected override async Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var connection = _connection ?? throw new InvalidOperationException("The command has no connection");
        var physical = await connection.ReadyAsync(cancellationToken).ConfigureAwait(false);
        _inner.Connection = physical.Inner;
        _inner.CommandTimeout = CommandTimeout;
        // The other behaviours would have the connector close the connection, or leave results out that are to be read to their end here.
        return connection.Reading(await physical.GuardAsync(_inner.ExecuteReaderAsync(behavior & CommandBehavior.SequentialAccess, CancellationToken.None)).ConfigureAwait(false));
    }

    /// <summary>Nothing: a call that has begun is waited for.</summary>
    public override void Cancel()
    {
    }

    /// <inheritdoc/>
    public override void Prepare() => throw new NotSupportedException(OnlyAsynchronous);

    /// <inheritdoc/>
    public override int ExecuteNonQuery() => throw new NotSupportedException(OnlyAsynchronous);

    /// <inheritdoc/>
    public override object? ExecuteScalar() => throw new NotSupportedException(OnlyAsynchronous);

    /// <inheritdoc/>
    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => throw new NotSupportedException(OnlyAsynchronous);

    /// <inheritdoc/>
    protected override DbParameter CreateDbParameter() => _inner.CreateParameter();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _inner.Dispose();
        base.Dispose(disposing);
    }

    static async Task ReadToEndAsync(DbDataReader reader)
    {
        while (await reader.NextResultAsync(CancellationToken.None).ConfigureAwait(false))
        {
        }
    }
}
