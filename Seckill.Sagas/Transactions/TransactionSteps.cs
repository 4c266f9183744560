using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Seckill.Admission.Stock;
using Seckill.Payments;
using Seckill.Sagas.Faults;
using Seckill.Sagas.GroupCommit;
using Seckill.Sagas.Transactions.Activities;

namespace Seckill.Sagas.Transactions;

/// <summary>The steps of a transaction that do I/O, one object each for all transactions.</summary>
public sealed class TransactionSteps
{
    /// <summary>Builds the steps on the two participants, the news and the payment provider.</summary>
    public TransactionSteps(
        IStockParticipant stock, TransactionLedger ledger, IOrderStatusPublisher orders, IStockChangePublisher stockNews,
        IPaymentProvider payments, IOptions<TransactionOptions> options, FaultPoints faults, TimeProvider clock, ILogger<TransactionSteps> logger)
    {
        var participant = new ParticipantCalls(stock, options);
        Clock = clock;
        Reserve = new ReserveActivity(participant, faults);
        Confirm = new ConfirmActivity(participant, faults);
        Release = new ReleaseActivity(participant, stockNews, clock, faults);
        Save = new SaveActivity(ledger, faults);
        Reject = new RejectActivity(ledger, participant, logger);
        PublishStatus = new PublishStatusActivity(orders, clock);
        Refund = new RefundActivity(payments, ofMessage: true);
        RefundOfInstance = new RefundActivity(payments, ofMessage: false);
    }

    internal TimeProvider Clock { get; }

    /// <summary>Redis: prepare.</summary>
    internal TransactionActivity Reserve { get; }

    /// <summary>Redis: commit.</summary>
    internal TransactionActivity Confirm { get; }

    /// <summary>Redis: release.</summary>
    internal TransactionActivity Release { get; }

    /// <summary>MySQL: the state and what goes with it.</summary>
    internal TransactionActivity Save { get; }

    /// <summary>MySQL: the only row of an order that was refused at once.</summary>
    internal TransactionActivity Reject { get; }

    /// <summary>Kafka: what became of the order.</summary>
    internal TransactionActivity PublishStatus { get; }

    /// <summary>Payment provider: the payment that the message reports goes back.</summary>
    internal TransactionActivity Refund { get; }

    /// <summary>Payment provider: the payment that the instance names goes back.</summary>
    internal TransactionActivity RefundOfInstance { get; }
}
