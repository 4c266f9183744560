using Seckill.Ledger;

namespace Seckill.Sagas.Audit;

/// <summary>
/// Looks at an activity until it is sure: once when nothing is off, and otherwise as often as it takes to tell a difference that stays
/// from an order on its way, a rebuild, or a server that was just restarted.
/// </summary>
sealed class ActivityAudit(MySqlDatabase database, StockReader stock, AuditOptions options, TimeProvider time)
{
    public async Task<Look> RunAsync(ActivityRow activity, AuditScope scope, CancellationToken cancellationToken)
    {
        Look? kept = null;
        var confirmations = 0;
        // A rebuild that ends while we look starts the count again, once.
        for (var attempt = 0; attempt <= 2 * options.Rechecks && confirmations <= options.Rechecks; attempt++)
        {
            if (attempt > 0)
                await Task.Delay(TimeSpan.FromMilliseconds(options.RecheckDelayMilliseconds), time, cancellationToken).ConfigureAwait(false);

            var look = await new ActivityLook(database, stock, activity, scope, options, time).TakeAsync(cancellationToken).ConfigureAwait(false);
            if (kept is { Stock: StockPresence.Seen } && look.Stock != StockPresence.Seen)
                continue;

            // Of settled books the last look counts as it is: what changes from look to look is not settled.
            if (kept is null || kept.Stock != look.Stock)
                confirmations = 0;
            else if (!scope.Settled)
                look.KeepWhatWasSeenIn(kept);

            kept = look;
            confirmations++;
            if (kept.IsClean)
                break;
        }

        kept!.Conclude();
        return kept;
    }
}
