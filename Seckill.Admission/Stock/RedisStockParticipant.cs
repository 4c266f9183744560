using Microsoft.Extensions.Options;

using Seckill.Admission.Redis;

namespace Seckill.Admission.Stock;

/// <summary>The Redis side of the two-phase commit: <c>prepare.lua</c>, <c>commit.lua</c>, <c>release.lua</c>.</summary>
sealed class RedisStockParticipant : IStockParticipant
{
    readonly StockDemand _demand;
    readonly StockChangeNews _news;
    readonly GroupedScript<long> _prepare;
    readonly GroupedScript<long> _commit;
    readonly GroupedScript<long> _release;

    public RedisStockParticipant(
        RedisConnections connections, IOptions<AdmissionOptions> options, StockDemand demand, StockChangeNews news, TimeProvider time)
    {
        _demand = demand;
        _news = news;
        var scripts = new StockScripts(connections, options);
        var settings = options.Value;
        var keySeconds = settings.IdempotencyKeyHours * 3600;
        _prepare = scripts.Grouped(StockScripts.Prepare, [keySeconds, settings.RelayRepeatSeconds * 1000], time);
        _commit = scripts.Grouped(StockScripts.Commit, [keySeconds, settings.CommittedRecordDays * 86_400, settings.RelayRepeatSeconds * 1000], time);
        _release = scripts.Grouped(StockScripts.Release, [settings.TombstoneHours * 3600], time);
    }

    public async Task<PrepareOutcome> PrepareAsync(StockReservation reservation, CancellationToken cancellationToken = default)
    {
        var answer = await AskAsync(_prepare, reservation, cancellationToken).ConfigureAwait(false);
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
        var answer = await AskAsync(_commit, reservation, cancellationToken).ConfigureAwait(false);
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
        var answer = await AskAsync(_release, reservation, cancellationToken).ConfigureAwait(false);
        if ((long)answer[1] == 1)
            _news.Tell(reservation.ActivityId, reservation.SkuId, "returned");

        return answer.Code switch
        {
            "released" => ReleaseOutcome.Released,
            "repeated" => ReleaseOutcome.Repeated,
            "empty" => ReleaseOutcome.Empty,
            var code => throw UnknownCode(code),
        };
    }

    async Task<StockAnswer> AskAsync(GroupedScript<long> script, StockReservation reservation, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(reservation.Quantity, 1);
        var answer = StockAnswer.From(await script.AskAsync(reservation.ActivityId,
            new StockKeys(reservation.ActivityId).ForOrder(reservation.OrderId, reservation.BuyerId, reservation.IdempotencyKey),
            [
                reservation.OrderId.ToString("D"), reservation.SkuId, reservation.BuyerId, reservation.Quantity, reservation.UnitPriceCents,
                reservation.AdmittedAt.ToUnixTimeMilliseconds(), reservation.PaymentWindowSeconds, reservation.IdempotencyKey ?? "",
            ]).WaitAsync(cancellationToken).ConfigureAwait(false));
        if (answer.Code != "not_ready")
            return answer;

        _demand.Ask(reservation.ActivityId);
        throw new StockNotReadyException(reservation.ActivityId);
    }

    static InvalidOperationException UnknownCode(string code) => new($"The stock Redis answered with the unknown code '{code}'");
}
