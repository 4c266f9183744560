using System.Data;
using System.Data.Common;

using MySql.Data.MySqlClient;

namespace Seckill.Ledger.Connections;

/// <summary>A transaction of a <see cref="LedgerConnection"/>. One that is left open ends with its connection.</summary>
sealed class LedgerTransaction(LedgerConnection connection, MySqlTransaction inner) : DbTransaction
{
    /// <inheritdoc/>
    public override IsolationLevel IsolationLevel => inner.IsolationLevel;

    /// <summary>False once it was committed or rolled back.</summary>
    public bool IsOpen { get; private set; } = true;

    /// <summary>The connector's own.</summary>
    public MySqlTransaction Inner => inner;

    /// <summary>None when that one is closed or has failed: there is nothing to be rolled back any more.</summary>
    protected override DbConnection? DbConnection => connection.State == ConnectionState.Open ? connection : null;

    /// <inheritdoc/>
    public override async Task CommitAsync(CancellationToken cancellationToken = default)
    {
        await connection.Sound.GuardAsync(inner.CommitAsync(CancellationToken.None), connection.CallTimeout, CancellationToken.None).ConfigureAwait(false);
        IsOpen = false;
    }

    /// <inheritdoc/>
    public override async Task RollbackAsync(CancellationToken cancellationToken = default)
    {
        await connection.Sound.GuardAsync(inner.RollbackAsync(CancellationToken.None), connection.CallTimeout, CancellationToken.None).ConfigureAwait(false);
        IsOpen = false;
    }

    /// <summary>As <see cref="CommitAsync"/>, for Quartz, which knows no other way.</summary>
    public override void Commit() => CommitAsync().GetAwaiter().GetResult();

    /// <summary>As <see cref="RollbackAsync"/>, for Quartz, which knows no other way.</summary>
    public override void Rollback() => RollbackAsync().GetAwaiter().GetResult();

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
}
