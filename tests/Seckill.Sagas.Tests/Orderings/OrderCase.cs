using Seckill.Contracts;
using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.Tests.Orderings;

/// <summary>An order to which things happen in a certain order.</summary>
sealed class OrderCase(bool prepared, IReadOnlyList<Happening> word)
{
    /// <summary>The worker that began it crashed between prepare and commit; else it was only admitted.</summary>
    public bool StartsPrepared => prepared;

    public IReadOnlyList<Happening> Word => word;

    public SeckillRequested Request { get; set; } = null!;

    public Guid OrderId => Request.OrderId;

    public Fate Expected { get; set; } = new(prepared ? TransactionStates.Prepared : null);

    /// <summary>Payments that were answered with acceptance: the provider takes each of them for settled.</summary>
    public HashSet<Happening> Accepted { get; } = [];

    public string PaymentId(Happening payment) => $"{payment}-{OrderId:N}";

    public override string ToString() => $"[{(prepared ? "prepared" : "admitted")}: {string.Join(", ", word)}]";
}
