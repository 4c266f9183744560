using Microsoft.Extensions.Options;

using Seckill.Admission.Redis;

using StackExchange.Redis;

namespace Seckill.Admission.Stock;

/// <summary>The Redis side of the two-phase commit: <c>prepare.lua</c>, <c>commit.lua</c>, <c>release.lua</c>.</summary>
sealed class RedisStockParticipant(
    RedisConnections connections, IOptions<AdmissionOptions> options, StockDemand demand, StockChangeNews news) : IStockParticipant
{
    readonly StockScripts _scripts = new(connections, options);
    readonly int _keySeconds = options.Value.IdempotencyKeyHours * 3600;
    readonly int _tombstoneSeconds = options.Value.TombstoneHours * 3600;
    readonly int _committedSeconds = options.Value.CommittedRecordDays * 86_400;
    readonly int _relayRepeatMilliseconds = options.Value.RelayRepeatSeconds * 1000;

    public async Task<PrepareOutcome> PrepareAsync(StockReservation reservation, CancellationToken cancellationToken = default)
    {
        var answer = await AskAsync(StockScripts.Prepare, reservation, [_keySeconds, _relayRepeatMilliseconds], cancellationToken)
            .ConfigureAwait(false);
        return answer.Code switch
        {
            "prepared" => PrepareOutcome.Prepared,
            "repeated" => PrepareOutcome.Repeated,
            "reserved_again" => PrepareOutcome.ReservedAgain,
            "committed" => PrepareOutcome.Committed,
            "released" => PrepareOutcome.Released,
            "sold_out" => PrepareOutcome.SoldOut,
            "limit" => PrepareOutcome.LimitReached,
            var code => throw UnknownCode(code),
        };
    }

    public async Task<CommitOutcome> CommitAsync(StockReservation reservation, CancellationToken cancellationToken = default)
    {
        var answer = await AskAsync(StockScripts.Commit, reservation, [_keySeconds, _committedSeconds], cancellationToken)
            .ConfigureAwait(false);
        return answer.Code switch
        {
            "committed" => CommitOutcome.Committed,
            "repeated" => CommitOutcome.Repeated,
            "taken_again" => CommitOutcome.TakenAgain,
            "released" => CommitOutcome.Released,
            "sold_out" => CommitOutcome.SoldOut,
            "limit" => CommitOutcome.LimitReached,
            var code => throw UnknownCode(code),
        };
    }

    public async Task<ReleaseOutcome> ReleaseAsync(StockReservation reservation, CancellationToken cancellationToken = default)
    {
        var answer = await AskAsync(StockScripts.Release, reservation, [_tombstoneSeconds], cancellationToken).ConfigureAwait(false);
        if ((long)answer[1] == 1)
            news.Tell(reservation.ActivityId, reservation.SkuId, "returned");

        return answer.Code switch
        {
            "released" => ReleaseOutcome.Released,
            "repeated" => ReleaseOutcome.Repeated,
            "empty" => ReleaseOutcome.Empty,
            var code => throw UnknownCode(code),
        };
    }

    async Task<StockAnswer> AskAsync(RedisScript script, StockReservation reservation, RedisValue[] settings, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(reservation.Quantity, 1);
        var keys = new StockKeys(reservation.ActivityId);
        var order = keys.Order(reservation.OrderId);
        var key = reservation.IdempotencyKey ?? "";
        var answer = await _scripts.AskAsync(script,
            [keys.Meta, keys.Stock, keys.Buyers, keys.Pending, order, key.Length == 0 ? order : keys.Idempotency(reservation.BuyerId, key)],
            [
                reservation.OrderId.ToString("D"), reservation.SkuId, reservation.BuyerId, reservation.Quantity, reservation.UnitPriceCents,
                reservation.AdmittedAt.ToUnixTimeMilliseconds(), reservation.PaymentWindowSeconds, key, .. settings,
            ],
            cancellationToken).ConfigureAwait(false);
        if (answer.Code != "not_ready")
            return answer;

        demand.Ask(reservation.ActivityId);
        throw new StockNotReadyException(reservation.ActivityId);
    }

    static InvalidOperationException UnknownCode(string code) => new($"The stock Redis answered with the unknown code '{code}'");
}
