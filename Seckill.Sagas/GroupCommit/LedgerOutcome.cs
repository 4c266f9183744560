namespace Seckill.Sagas.GroupCommit;

/// <summary>What MySQL said to a write of a transaction.</summary>
enum LedgerOutcome
{
    /// <summary>Durable.</summary>
    Written,

    /// <summary>A first write, but the transaction is there already: another delivery of the same order was first.</summary>
    Exists,

    /// <summary>Refused: no stock left by MySQL's count. Nothing was written.</summary>
    SoldOut,

    /// <summary>Refused: the row has another version or state than expected, or has seen a newer fencing token. Nothing was written.</summary>
    Conflict,
}
