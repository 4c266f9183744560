using Microsoft.Extensions.DependencyInjection;

using Seckill.Ledger;

namespace Seckill.Bench.Baselines;

/// <summary>Scheme <c>local</c>: HTTP, one MySQL transaction for each order, 200.</summary>
static class LocalApi
{
    /// <summary>As many as the most orders in flight that are tried; how many are busy at once is up to the load.</summary>
    public const int Connections = 32;

    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var app = PlainApi.CreateBuilder().Build();
        await using var ledger = new PlainLedger(app.Services.GetRequiredService<MySqlDatabase>(), Connections);
        await ledger.OpenAsync(cancellationToken);
        app.MapPlainOrders(ledger, ledger.TakeAsync);
        await app.StartAsync(cancellationToken);
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
