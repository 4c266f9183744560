using Dapper;

using Seckill.Ledger;

namespace Seckill.Sagas.Clock;

/// <summary>Finds the rows of <c>order_transaction</c> whose <c>expires_at</c> has come, page by page along the index.</summary>
public sealed class DueTransactions(MySqlDatabase database)
{
    static readonly string SelectDuePage = EmbeddedScript.Read(typeof(DueTransactions).Assembly, "due_page.sql");
    static readonly string SelectDueCount = EmbeddedScript.Read(typeof(DueTransactions).Assembly, "due_count.sql");
    static readonly string SelectStalledPage = EmbeddedScript.Read(typeof(DueTransactions).Assembly, "stalled_page.sql");
    static readonly string UpdatePostpone = EmbeddedScript.Read(typeof(DueTransactions).Assembly, "postpone.sql");

    /// <summary>Those in a state whose time has come, oldest first.</summary>
    /// <param name="state">The state's name.</param>
    /// <param name="now">Due is what expires at this moment or before.</param>
    /// <param name="after">The last one of the page before; <see cref="DueTransaction.None"/> for the first page.</param>
    /// <param name="pageSize">Rows at most.</param>
    /// <param name="cancellationToken">Ends the wait for a connection.</param>
    public Task<IReadOnlyList<DueTransaction>> ReadDueAsync(
        string state, DateTimeOffset now, DueTransaction after, int pageSize, CancellationToken cancellationToken)
        => ReadAsync(SelectDuePage, state, now, now, after, pageSize, includeCompensated: true, cancellationToken);

    /// <summary>Those in a state whose time has come and that compensation has not taken over, oldest first.</summary>
    /// <inheritdoc cref="ReadDueAsync"/>
    public Task<IReadOnlyList<DueTransaction>> ReadUnfinishedAsync(
        string state, DateTimeOffset now, DueTransaction after, int pageSize, CancellationToken cancellationToken)
        => ReadAsync(SelectDuePage, state, now, now, after, pageSize, includeCompensated: false, cancellationToken);

    /// <summary>Those in a state that still have time but have not moved since <paramref name="idleSince"/>, oldest first.</summary>
    /// <inheritdoc cref="ReadDueAsync"/>
    public Task<IReadOnlyList<DueTransaction>> ReadStalledAsync(
        string state, DateTimeOffset now, DateTimeOffset idleSince, DueTransaction after, int pageSize, CancellationToken cancellationToken)
        => ReadAsync(SelectStalledPage, state, now, idleSince, after, pageSize, includeCompensated: false, cancellationToken);

    /// <summary>How many in a state are due.</summary>
    public async Task<long> CountDueAsync(string state, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<long>(SelectDueCount, new { state, now = now.UtcDateTime });
    }

    /// <summary>
    /// Makes transactions due again at <paramref name="until"/>: only for states in which <c>expires_at</c> means nothing but the next
    /// retry. Returns how many were still due and in that state.
    /// </summary>
    public async Task<int> PostponeAsync(
        string state, IEnumerable<Guid> orderIds, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteAsync(UpdatePostpone, new
        {
            state,
            orderIds = orderIds.Select(x => x.ToString()).ToList(),
            now = now.UtcDateTime,
            until = until.UtcDateTime,
        });
    }

    async Task<IReadOnlyList<DueTransaction>> ReadAsync(
        string sql, string state, DateTimeOffset now, DateTimeOffset idleSince, DueTransaction after, int pageSize, bool includeCompensated,
        CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<DueTransaction>(sql, new
        {
            state,
            now = now.UtcDateTime,
            idleSince = idleSince.UtcDateTime,
            afterExpiresAt = after.ExpiresAt,
            afterId = after.OrderId.ToString(),
            pageSize,
            includeCompensated,
        });
        return rows.AsList();
    }
}
