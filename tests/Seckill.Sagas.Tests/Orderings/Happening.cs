namespace Seckill.Sagas.Tests.Orderings;

/// <summary>What can happen to an order that was admitted, in any order and as often as it likes.</summary>
enum Happening
{
    /// <summary>Kafka or the relay delivers the request: for the first time, or again.</summary>
    Requested,

    /// <summary>The provider reports the payment.</summary>
    Paid,

    /// <summary>The clock finds it past its time-out, or past its payment deadline.</summary>
    TimedOut,

    /// <summary>The buyer gives it up.</summary>
    Cancelled,

    /// <summary>An operator rolls it back.</summary>
    RolledBackByHand,

    /// <summary>The provider reports a second payment, made before it knew better.</summary>
    LateCallback,
}
