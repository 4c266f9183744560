using System.Globalization;

using Seckill.Chaos.Selling;
using Seckill.Hosting.Identity;

namespace Seckill.Chaos.Judging;

/// <summary>The operator of a cell: ends what compensation has given up.</summary>
sealed class OrderKeeper(BuyersApi api, CellLedger ledger, IReadOnlyList<SaleBuyer> buyers, TokenIssuer tokens)
{
    static readonly TimeSpan Between = TimeSpan.FromSeconds(1);
    static readonly TimeSpan TokenLifetime = TimeSpan.FromHours(2);

    readonly string _token = tokens.Issue("oscar", Roles.Operator, TokenLifetime);
    int _api;

    /// <summary>Works until it is told that it is enough.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                foreach (var (orderId, status) in await ledger.CompensatedAsync([.. buyers.Select(x => x.OrderId).OfType<Guid>()], cancellationToken))
                {
                    if (CellLedger.IsGivenUp(status))
                        await EndAsync(orderId, cancellationToken);
                }
            }
            catch (Exception exception) when (exception is System.Data.Common.DbException or IOException or TimeoutException)
            {
                // The fault of this cell.
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(Between, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task EndAsync(Guid orderId, CancellationToken cancellationToken)
    {
        // One whose rollback was not answered may be rolled back yet: processing it again meanwhile would confirm what is then taken back.
        if (buyers.Any(x => x.OrderId == orderId && x.Plan == BuyerPlan.RolledBackByHand)
            && (await PostAsync(string.Create(CultureInfo.InvariantCulture, $"/api/transactions/{orderId:D}/rollback"), new { reason = "given up" }, cancellationToken)).IsToBeRepeated)
            return;
        await PostAsync(string.Create(CultureInfo.InvariantCulture, $"/reprocess_order/{orderId:D}"), new { note = "the fault is over" }, cancellationToken);
    }

    // What is not answered well is asked again at the next look.
    Task<SaleAnswer> PostAsync(string path, object body, CancellationToken cancellationToken)
        => api.SendAsync(_api++, HttpMethod.Post, path, _token, Guid.NewGuid().ToString("N"), body, cancellationToken);
}
