using System.Globalization;

using CsvHelper;

using Seckill.Operations.Archive;

namespace Seckill.Api.FailedOrders;

/// <summary>
/// Writes the archive as CSV (RFC 4180) row by row. Cells that a spreadsheet would take for a formula get a quote in front (OWASP, "CSV Injection"),
/// and a mark at the beginning makes spreadsheets read UTF-8.
/// </summary>
static class FailedOrderCsv
{
    const int FlushEvery = 200;

    static readonly CsvWriterOptions Options = CsvWriterOptions.Default with
    {
        Injection = CsvInjection.Escape,
        NewLine = "\r\n",
        WriteByteOrderMark = true,
    };

    static readonly string[] Columns =
    [
        "archive_id", "order_id", "activity_id", "sku_id", "buyer_id", "quantity", "amount_cents", "cause", "last_error", "state", "attempts",
        "dead_letter_attempts", "first_failed_at", "archived_at", "handled", "handled_by", "handled_at", "outcome", "note",
    ];

    public static async Task WriteAsync(IAsyncEnumerable<FailedOrder> orders, Stream body, CancellationToken cancellationToken)
    {
        await using var csv = CsvWriter.Create(body, Options, leaveOpen: true);
        csv.WriteHeader(Columns);
        var rows = 0;
        await foreach (var order in orders.WithCancellation(cancellationToken))
        {
            Write(csv, order);
            await csv.EndRecordAsync(cancellationToken);
            if (++rows % FlushEvery == 0)
                await csv.FlushAsync(cancellationToken);
        }
    }

    static void Write(CsvWriter csv, FailedOrder order)
    {
        csv.WriteField(order.ArchiveId);
        csv.WriteField(order.OrderId?.ToString("D"));
        csv.WriteField(order.ActivityId);
        csv.WriteField(order.SkuId);
        csv.WriteField(order.BuyerId);
        csv.WriteField(order.Quantity);
        csv.WriteField(order.AmountCents);
        csv.WriteField(order.Cause);
        csv.WriteField(order.LastError);
        csv.WriteField(order.State);
        csv.WriteField(order.Attempts);
        csv.WriteField(order.DeadLetterAttempts);
        csv.WriteField(Time(order.FirstFailedAt));
        csv.WriteField(Time(order.ArchivedAt));
        csv.WriteField(order.Handling is null ? "false" : "true");
        csv.WriteField(order.Handling?.By);
        csv.WriteField(Time(order.Handling?.At));
        csv.WriteField(order.Handling?.Outcome);
        csv.WriteField(order.Handling?.Note);
    }

    static string? Time(DateTimeOffset? at) => at?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
}
