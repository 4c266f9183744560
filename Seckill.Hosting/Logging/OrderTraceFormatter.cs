using System.Diagnostics;

using Serilog.Events;
using Serilog.Formatting;

namespace Seckill.Hosting.Logging;

/// <summary>
/// Puts a line that names an order (property <c>OrderId</c>) under the order's trace, whose id is the order id, traced or not: nothing has to be carried along for it, and
/// an order that is not logged costs nothing. Other lines stay under the trace in which they were written, if any.
/// </summary>
sealed class OrderTraceFormatter(ITextFormatter inner) : ITextFormatter
{
    const string OrderId = "OrderId";

    public void Format(LogEvent logEvent, TextWriter output) => inner.Format(OfOrder(logEvent) ?? logEvent, output);

    static LogEvent? OfOrder(LogEvent logEvent)
    {
        if (!logEvent.Properties.TryGetValue(OrderId, out var value) || value is not ScalarValue { Value: var named } || !TryRead(named, out var orderId))
            return null;

        Span<byte> bytes = stackalloc byte[16];
        orderId.TryWriteBytes(bytes, bigEndian: true, out _);
        var traceId = ActivityTraceId.CreateFromBytes(bytes);
        return logEvent.TraceId == traceId
            ? null
            : new LogEvent(
                logEvent.Timestamp, logEvent.Level, logEvent.Exception, logEvent.MessageTemplate,
                logEvent.Properties.Select(x => new LogEventProperty(x.Key, x.Value)), traceId, default);
    }

    static bool TryRead(object? named, out Guid orderId)
    {
        orderId = named as Guid? ?? default;
        return orderId != default || (named is string text && Guid.TryParseExact(text, "D", out orderId) && orderId != default);
    }
}
