using System.Buffers.Binary;
using System.Diagnostics;

namespace Seckill.Contracts;

/// <summary>
/// The trace of an order. Its id is the order id itself, so that every process knows it, whatever died in between, and nothing has to be kept or sent for an order
/// that is not traced; whether it is follows from the id, too. docs/tracing.md shows the spans.
/// </summary>
public static class OrderTrace
{
    /// <summary>Name of the source of these spans.</summary>
    public const string SourceName = "Seckill.Orders";

    /// <summary>W3C trace context: the header that names the span which a message was sent in. Only messages of traced orders have it.</summary>
    public const string TraceParent = "traceparent";

    /// <summary>Tag: the order's id.</summary>
    public const string OrderIdTag = "seckill.order_id";

    /// <summary>Bits of a trace id that are random (W3C Trace Context level 2); in an order id they are, too (RFC 9562 §5.7).</summary>
    const int RandomBits = 56;
    const ulong Nothing = 1UL << RandomBits;

    static readonly ActivitySource Source = new(SourceName);
    static ulong _least = Nothing;

    /// <summary>Sets which orders are traced from their beginning: 0 for none, 1 for all. The same in every process, or traces have holes.</summary>
    public static void Sample(double ratio)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(ratio);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ratio, 1);
        Volatile.Write(ref _least, Nothing - (ulong)(ratio * Nothing));
    }

    /// <summary>Whether somebody takes spans of orders.</summary>
    public static bool IsOn => Source.HasListeners();

    /// <summary>The id of an order's trace.</summary>
    public static ActivityTraceId IdOf(Guid orderId)
    {
        Span<byte> bytes = stackalloc byte[16];
        orderId.TryWriteBytes(bytes, bigEndian: true, out _);
        return ActivityTraceId.CreateFromBytes(bytes);
    }

    /// <summary>The id of an order's trace in words: 32 hexadecimal digits.</summary>
    public static string NameOf(Guid orderId) => orderId.ToString("N");

    /// <summary>Whether an order is traced from its beginning. Costs nothing worth counting, and is asked for every order.</summary>
    public static bool IsSampled(Guid orderId)
    {
        var least = Volatile.Read(ref _least);
        if (least == Nothing || !Source.HasListeners() || orderId == Guid.Empty)
            return false;

        Span<byte> bytes = stackalloc byte[16];
        orderId.TryWriteBytes(bytes, bigEndian: true, out _);
        return (BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]) & (Nothing - 1)) >= least;
    }

    /// <summary>Whether what runs here is part of a trace that is kept.</summary>
    public static bool IsTraced => Activity.Current is { Recorded: true };

    /// <summary>The <see cref="TraceParent"/> of a message that is sent here; null where nothing is traced.</summary>
    public static string? CurrentTraceParent => Activity.Current is { Recorded: true, IdFormat: ActivityIdFormat.W3C } current ? current.Id : null;

    /// <summary>
    /// Begins a span of an order that is traced: because it is sampled, or because it is part of its trace already, here or where the message comes from.
    /// Null for any other. Dispose of it to end it.
    /// </summary>
    /// <param name="name">What is done. One of few: never an id.</param>
    /// <param name="orderId">The order.</param>
    /// <param name="kind">The span's role.</param>
    /// <param name="traceParent">The message's <see cref="TraceParent"/>; what is malformed, or of another trace, is ignored.</param>
    /// <param name="at">When it began; now, if not given.</param>
    public static Activity? Start(
        string name, Guid orderId, ActivityKind kind = ActivityKind.Internal, string? traceParent = null, DateTimeOffset at = default)
        => Source.HasListeners() && (ParentOf(orderId, traceParent) ?? (IsSampled(orderId) ? RootOf(orderId) : null)) is { } parent
            ? Begin(name, orderId, kind, parent, at)
            : null;

    /// <summary>As <see cref="Start"/>, for any order: what fails is traced, sampled or not.</summary>
    /// <inheritdoc cref="Start" path="/param"/>
    public static Activity? StartAlways(
        string name, Guid orderId, ActivityKind kind = ActivityKind.Internal, string? traceParent = null, DateTimeOffset at = default)
        => Source.HasListeners() && orderId != Guid.Empty ? Begin(name, orderId, kind, ParentOf(orderId, traceParent) ?? RootOf(orderId), at) : null;

    /// <summary>Begins a span inside the one that runs here, whatever trace that is; null when that is not kept.</summary>
    /// <param name="name">What is done.</param>
    /// <param name="kind">The span's role.</param>
    public static Activity? StartInside(string name, ActivityKind kind = ActivityKind.Internal)
        => IsTraced ? Source.StartActivity(name, kind) : null;

    /// <summary>Begins a span of a trace of its own, which belongs to many orders: it names their spans, and they name it.</summary>
    /// <param name="name">What is done.</param>
    /// <param name="kind">The span's role.</param>
    /// <param name="spans">The orders' spans that it is part of.</param>
    public static Activity? StartShared(string name, ActivityKind kind, IReadOnlyCollection<Activity> spans)
    {
        ArgumentNullException.ThrowIfNull(spans);
        var current = Activity.Current;
        Activity.Current = null;
        var shared = Source.StartActivity(name, kind, default(ActivityContext), links: spans.Select(x => new ActivityLink(x.Context)));
        if (shared is null)
        {
            Activity.Current = current;
            return null;
        }

        foreach (var span in spans)
            span.AddLink(new ActivityLink(shared.Context));
        return shared;
    }

    /// <summary>What follows is not part of the trace that runs here, if that is kept: its messages carry no context.</summary>
    public static void Leave()
    {
        if (IsTraced)
            Activity.Current = null;
    }

    static Activity? Begin(string name, Guid orderId, ActivityKind kind, ActivityContext parent, DateTimeOffset at)
    {
        // What an operator's request has to do with an order is said by a link: the order's trace is its own.
        var current = Activity.Current;
        var caller = current is { Recorded: true } && current.TraceId != parent.TraceId ? current : null;
        // What runs here would become the parent of a span that names none.
        if (parent.SpanId == default)
            Activity.Current = null;
        var span = Source.StartActivity(name, kind, parent, links: caller is null ? null : [new ActivityLink(caller.Context)], startTime: at);
        if (span is null)
            Activity.Current = current;
        return span?.SetTag(OrderIdTag, orderId.ToString("D"));
    }

    static ActivityContext? ParentOf(Guid orderId, string? traceParent)
    {
        if (Activity.Current is { Recorded: true } current && current.TraceId == IdOf(orderId))
            return current.Context;

        return traceParent is not null && ActivityContext.TryParse(traceParent, null, isRemote: true, out var sent)
            && sent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) && sent.TraceId == IdOf(orderId)
                ? sent
                : null;
    }

    /// <summary>A trace without a span that others could be inside of: spans that know no other parent stand beside each other.</summary>
    static ActivityContext RootOf(Guid orderId) => new(IdOf(orderId), default, ActivityTraceFlags.Recorded);
}
