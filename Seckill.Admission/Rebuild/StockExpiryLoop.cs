using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Seckill.Ledger.Catalog;

namespace Seckill.Admission.Rebuild;

/// <summary>
/// Sets now and then when each activity's stock leaves Redis. The same time again, in the common case: but an activity may have been prolonged, and the
/// buyers' key comes anew, without an expiry, with the first buyer after all others are gone. Any number of processes may do it.
/// </summary>
sealed class StockExpiryLoop(
    StockExpiry expiry, ActivityCatalog catalog, IOptions<AdmissionOptions> options, TimeProvider time, ILogger<StockExpiryLoop> logger) : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    // All of them at first: what older versions left has no expiry, however long ago it was.
    DateTimeOffset _closedAfter = DateTimeOffset.UnixEpoch;

    /// <summary>Goes over the activities once.</summary>
    public async Task PassAsync(CancellationToken cancellationToken)
    {
        await expiry.SetAsync(await catalog.ListAsync(_closedAfter, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        _closedAfter = time.GetUtcNow().AddDays(-options.Value.WatchEntriesDays) - (2 * StockExpiry.Margin);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await PassAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogWarning(exception, "When the stock in Redis expires could not be set; trying again in {Pause}", Interval);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }
}
