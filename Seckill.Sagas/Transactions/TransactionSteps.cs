using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Seckill.Admission.Stock;
using Seckill.Faults;
using Seckill.Payments;
using Seckill.Sagas.GroupCommit;
using Seckill.Sagas.Transactions.Steps;

namespace Seckill.Sagas.Transactions;

/// <summary>The steps of a transaction that do I/O, one object each for all transactions.</summary>
public sealed class TransactionSteps
{
    /// <summary>Builds the steps on the two participants, the news and the payment provider.</summary>
    public TransactionSteps(
        IStockParticipant stock, TransactionLedger ledger, IOrderStatusPublisher orders,
        IPaymentProvider payments, IOptions<TransactionOptions> options, FaultPoints faults, TimeProvider clock, ILogger<TransactionSteps> logger)
    {
        var participant = new ParticipantCalls(stock, options);
        Clock = clock;
        Reserve = new ReserveStep(participant, faults);
        Confirm = new ConfirmStep(participant, faults);
        Release = new ReleaseStep(participant, faults);
        Save = new SaveStep(ledger, faults, logger);
        Reject = new RejectStep(ledger, participant, faults, logger);
        PublishStatus = new PublishStatusStep(orders, clock);
        Refund = new RefundStep(payments, ofMessage: true);
        RefundOfInstance = new RefundStep(payments, ofMessage: false);
    }

    internal TimeProvider Clock { get; }

    /// <summary>Redis: prepare.</summary>
    internal TransactionStep Reserve { get; }

    /// <summary>Redis: commit.</summary>
    internal TransactionStep Confirm { get; }

    /// <summary>Redis: release.</summary>
    internal TransactionStep Release { get; }

    /// <summary>MySQL: the state and what goes with it.</summary>
    internal TransactionStep Save { get; }

    /// <summary>MySQL: the only row of an order that was refused at once.</summary>
    internal TransactionStep Reject { get; }

    /// <summary>Kafka: what became of the order.</summary>
    internal TransactionStep PublishStatus { get; }

    /// <summary>Payment provider: the payment that the message reports goes back.</summary>
    internal TransactionStep Refund { get; }

    /// <summary>Payment provider: the payment that the instance names goes back.</summary>
    internal TransactionStep RefundOfInstance { get; }
}
