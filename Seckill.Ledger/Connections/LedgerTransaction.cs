using System.Data;
using System.Data.Common;

using MySqlConnector;

namespace Seckill.Ledger.Connections;

/// <summary>A transaction of a <see cref="LedgerConnection"/>. One that is left open ends with its connection.</summary>
sealed class LedgerTransaction(LedgerConnection connection, IsolationLevel isolationLevel) : DbTransaction
{
    /// <inheritdoc/>
    public override IsolationLevel IsolationLevel => isolationLevel;

    /// <summary>False once it was committed or rolled back.</summary>
    public bool IsOpen { get; private set; } = true;

    /// <summary>Whether the server does not know of it yet.</summary>
    public bool IsPutOff => IsOpen && Inner is null;

    /// <summary>The connector's own; none while it is put off.</summary>
    public MySqlTransaction? Inner { get; private set; }

    /// <summary>None when that one is closed or has failed: there is nothing to be rolled back any more.</summary>
    protected override DbConnection? DbConnection => connection.State == ConnectionState.Open ? connection : null;

    /// <summary>Begins it at the server.</summary>
    public async Task BeginAsync(PhysicalConnection physical)
        => Inner = await physical.GuardAsync(physical.Inner.BeginTransactionAsync(isolationLevel, CancellationToken.None).AsTask()).ConfigureAwait(false);

    /// <inheritdoc/>
    public override Task CommitAsync(CancellationToken cancellationToken = default) => EndAsync(x => x.CommitAsync(CancellationToken.None));

    /// <inheritdoc/>
    public override Task RollbackAsync(CancellationToken cancellationToken = default) => EndAsync(x => x.RollbackAsync(CancellationToken.None));

    /// <summary>
    /// As <see cref="CommitAsync"/>, for Quartz, which has no other way: the one call that blocks, since it has to be durable when it returns.
    /// </summary>
    public override void Commit() => CommitAsync().GetAwaiter().GetResult();

    /// <summary>Waits for nothing: the connection is not used again, and the server ends the transaction with it.</summary>
    public override void Rollback()
    {
        if (Inner is not null)
            connection.Physical.Doubt();
        IsOpen = false;
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        try
        {
            if (IsOpen && DbConnection is not null)
                await RollbackAsync().ConfigureAwait(false);
        }
        catch (DbException)
        {
            // The connection is not used again, and the server ends the transaction with it.
        }

        await base.DisposeAsync().ConfigureAwait(false);
    }

    async Task EndAsync(Func<MySqlTransaction, Task> end)
    {
        if (Inner is { } inner)
        {
            var physical = await connection.ReadyAsync(CancellationToken.None).ConfigureAwait(false);
            await physical.GuardAsync(end(inner)).ConfigureAwait(false);
        }

        IsOpen = false;
    }
}
