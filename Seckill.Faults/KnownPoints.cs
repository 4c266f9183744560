using System.Reflection;

using static Seckill.Faults.FaultProcesses;

namespace Seckill.Faults;

/// <summary>
/// Every fault point: one for each step between two effects that others can see. docs/fault-points.md is written from this list.
/// </summary>
public static class KnownPoints
{
#pragma warning disable CS1591 // Each says in its own text where it stands.
    // From the buyer to Kafka.
    public static readonly FaultPoint BeforeAdmit = Before(Api, "before-admit", "a request is about to be admitted, Redis knows nothing of it");
    public static readonly FaultPoint AfterAdmit = After(
        Api, "after-admit", "Redis has reserved the units and written the write-ahead entry, Kafka knows nothing of the order");
    public static readonly FaultPoint BeforeProduce = Before(Api, "before-produce", "the record of an admitted order is about to be sent to Kafka");
    public static readonly FaultPoint AfterProduce = After(Api, "after-produce", "Kafka has the record of an order, the API has not heard so");
    public static readonly FaultPoint BeforePublishedMark = Before(
        Api, "before-published-mark", "Kafka has an order, its write-ahead entry does not say so");
    public static readonly FaultPoint AfterPublishedMark = After(
        Api, "after-published-mark", "Redis has noted that Kafka has an order, the API has not heard so");
    public static readonly FaultPoint BeforeAcceptedAnswer = After(
        Api, "before-accepted-answer", "all is done for an order that was admitted, its buyer has no answer");

    // The relay, and the stock in Redis.
    public static readonly FaultPoint BeforeRelayPublish = Before(Worker, "before-relay-publish", "the relay is about to send an order to Kafka");
    public static readonly FaultPoint AfterRelayPublish = After(
        Worker, "after-relay-publish", "Kafka has an order from the relay, which has not heard so");
    public static readonly FaultPoint BeforeRelayMark = Before(
        Worker, "before-relay-mark", "Kafka has what the relay published, the entries do not say so", ofMany: true);
    public static readonly FaultPoint AfterRelayMark = After(
        Worker, "after-relay-mark", "the entries say that they were published, the relay has not heard so", ofMany: true);
    public static readonly FaultPoint AfterRebuildEpoch = After(
        Worker, "after-rebuild-epoch", "MySQL has given a rebuild its epoch, Redis has the old one", ofMany: true);
    public static readonly FaultPoint AfterRebuildBegun = After(
        Worker, "after-rebuild-begun", "a rebuild has closed the stock, nothing is counted", ofMany: true);
    public static readonly FaultPoint AfterRebuildLoaded = After(
        Worker, "after-rebuild-loaded", "a rebuild has loaded a page of MySQL's orders", ofMany: true);
    public static readonly FaultPoint AfterRebuildAdopted = After(
        Worker, "after-rebuild-adopted", "a rebuild has adopted write-ahead entries", ofMany: true);
    public static readonly FaultPoint BeforeRebuildFinished = Before(
        Worker, "before-rebuild-finished", "all is counted, the stock is still closed", ofMany: true);
    public static readonly FaultPoint AfterRebuildFinished = After(
        Worker, "after-rebuild-finished", "the stock is open under the new epoch, the keeper does not know", ofMany: true);

    // The rider.
    public static readonly FaultPoint BeforeOffsetStore = Before(
        Api | Worker, "before-offset-store", "records are done with, their offset is not stored", ofMany: true);
    public static readonly FaultPoint AfterOffsetStore = After(
        Api | Worker, "after-offset-store", "an offset is stored in the client, and not yet committed by it", ofMany: true);
    public static readonly FaultPoint BeforePoisonPublish = Before(
        Worker, "before-poison-publish", "a record that can't be handled is about to be sent to the dead-letter topic", ofMany: true);
    public static readonly FaultPoint AfterPoisonPublish = After(
        Worker, "after-poison-publish", "the dead-letter topic has a record that can't be handled, whose offset is not passed", ofMany: true);

    // The two-phase commit.
    public static readonly FaultPoint BeforeLockAcquire = Before(Worker, "before-lock-acquire", "a lock is about to be asked for", ofMany: true);
    public static readonly FaultPoint AfterLockAcquire = After(
        Worker, "after-lock-acquire", "a lock is held; when the reply is lost, by nobody who knows, until it expires", ofMany: true);
    public static readonly FaultPoint BeforeLockRelease = Before(Worker, "before-lock-release", "a lock is about to be given back", ofMany: true);
    public static readonly FaultPoint AfterLockRelease = After(Worker, "after-lock-release", "a lock is free, who held it has not heard so", ofMany: true);
    public static readonly FaultPoint BeforeRedisPrepare = Before(Worker, "before-redis-prepare", "Redis is about to be asked to prepare");
    public static readonly FaultPoint RedisPrepareReply = After(Worker, "redis-prepare-reply", "Redis has prepared, the step has no reply and asks again");
    public static readonly FaultPoint AfterRedisPrepare = After(
        Worker, "after-redis-prepare", "Redis has prepared the reservation, MySQL knows nothing of the order");
    public static readonly FaultPoint BeforeMySqlPrepare = Before(Worker, "before-mysql-prepare", "MySQL is about to be given the first rows of an order");
    public static readonly FaultPoint BeforeMySqlCommit = Before(
        Worker, "before-mysql-commit", "a batch of first writes or decisions is written by the group commit, its COMMIT is not sent", ofMany: true);
    public static readonly FaultPoint AfterMySqlCommit = After(
        Worker, "after-mysql-commit", "a batch of first writes or decisions is durable, none of its waiters knows; a lost reply is that of COMMIT", ofMany: true);
    public static readonly FaultPoint MySqlPrepareReply = After(
        Worker, "mysql-prepare-reply", "the first rows of an order are durable, the step has no reply and writes again");
    public static readonly FaultPoint AfterRejected = After(
        Worker, "after-rejected", "an order that Redis refused has its only row in MySQL, its reservation is not released");
    public static readonly FaultPoint AfterPrepared = After(
        Worker, "after-prepared", "the transaction is durably Prepared, neither participant has been asked to commit");
    public static readonly FaultPoint BeforeRedisCommit = Before(Worker, "before-redis-commit", "Redis is about to be asked to commit");
    public static readonly FaultPoint RedisCommitReply = After(Worker, "redis-commit-reply", "Redis has committed, the step has no reply and asks again");
    public static readonly FaultPoint AfterRedisCommit = After(Worker, "after-redis-commit", "Redis has committed, MySQL still says Prepared");
    public static readonly FaultPoint BeforeMySqlDecision = Before(Worker, "before-mysql-decision", "MySQL is about to be given the decision");
    public static readonly FaultPoint MySqlDecisionReply = After(
        Worker, "mysql-decision-reply", "the decision is durable, the step has no reply and writes again");
    public static readonly FaultPoint AfterDecision = After(Worker, "after-decision", "the decision is durable, nobody was told");
    public static readonly FaultPoint BeforeStatusPublish = Before(Worker, "before-status-publish", "a status is durable, and about to be sent to Kafka");
    public static readonly FaultPoint AfterStatusPublish = After(
        Worker, "after-status-publish", "Kafka has the news of an order, the worker has not heard so");

    // Roll-back, cancel, payment, refund.
    public static readonly FaultPoint BeforeMySqlTransition = Before(
        Worker, "before-mysql-transition", "MySQL is about to be given a change that is not the usual commit");
    public static readonly FaultPoint BeforeTransitionCommit = Before(
        Worker, "before-transition-commit", "a batch of such changes is written by the group commit, its COMMIT is not sent", ofMany: true);
    public static readonly FaultPoint AfterTransitionCommit = After(
        Worker, "after-transition-commit", "a batch of such changes is durable, none of its waiters knows; a lost reply is that of COMMIT", ofMany: true);
    public static readonly FaultPoint MySqlTransitionReply = After(
        Worker, "mysql-transition-reply", "a change is durable, the step has no reply and writes again");
    public static readonly FaultPoint AfterRollbackWritten = After(
        Worker, "after-rollback-written", "RollingBack is durable, the units are still reserved in Redis");
    public static readonly FaultPoint AfterCancelWritten = After(
        Worker, "after-cancel-written", "Cancelling is durable, the units are still sold in Redis");
    public static readonly FaultPoint BeforeRedisRelease = Before(Worker, "before-redis-release", "Redis is about to be asked to give units back");
    public static readonly FaultPoint RedisReleaseReply = After(
        Worker, "redis-release-reply", "Redis has given the units back, the step has no reply and asks again");
    public static readonly FaultPoint AfterRedisRelease = After(
        Worker, "after-redis-release", "Redis has given the units back, MySQL still says RollingBack, Cancelling or Refunding");
    public static readonly FaultPoint BeforeStockNews = Before(Worker, "before-stock-news", "units came back, the caches are about to be told", ofMany: true);
    public static readonly FaultPoint AfterStockNews = After(Worker, "after-stock-news", "Kafka has the news that units came back", ofMany: true);
    public static readonly FaultPoint AfterRolledBack = After(Worker, "after-rolled-back", "RolledBack is durable, nobody was told");
    public static readonly FaultPoint AfterCancelled = After(Worker, "after-cancelled", "Cancelled is durable, nobody was told");
    public static readonly FaultPoint AfterPaidWritten = After(Worker, "after-paid-written", "Paid is durable, nobody was told");
    public static readonly FaultPoint AfterRefundingWritten = After(
        Worker, "after-refunding-written", "Refunding is durable, the payment was not given back");
    public static readonly FaultPoint BeforeRefund = Before(Worker, "before-refund", "the payment provider is about to be asked for a refund", ofMany: true);
    public static readonly FaultPoint AfterRefund = After(Worker, "after-refund", "the payment was given back, MySQL says Refunding", ofMany: true);
    public static readonly FaultPoint AfterRefunded = After(Worker, "after-refunded", "Refunded is durable");
    public static readonly FaultPoint BeforePaymentCreated = Before(
        Api, "before-payment-created", "the payment provider is about to be asked for a payment", ofMany: true);
    public static readonly FaultPoint AfterPaymentCreated = After(
        Api, "after-payment-created", "the payment provider has a payment, its buyer does not know", ofMany: true);
    public static readonly FaultPoint BeforeCommand = Before(
        Api, "before-command", "a command to a worker (cancel, payment, roll-back, reprocess) is about to be sent", ofMany: true);
    public static readonly FaultPoint AfterCommand = After(Api, "after-command", "a command was carried out, whoever gave it has no answer", ofMany: true);
    public static readonly FaultPoint BeforeAuditEntry = Before(
        Api, "before-audit-entry", "an entry of the audit log is about to be written", ofMany: true);
    public static readonly FaultPoint AfterAuditEntry = After(
        Api, "after-audit-entry", "an entry of the audit log is durable, the API does not know", ofMany: true);

    // The clock, compensation, dead letters, archive and alerts.
    public static readonly FaultPoint BeforeClockSend = Before(
        Worker, "before-clock-send", "the clock has found orders that are due, none has been sent a message", ofMany: true);
    public static readonly FaultPoint AfterClockSend = After(
        Worker, "after-clock-send", "RabbitMQ has the clock's messages, that they were sent is not noted", ofMany: true);
    public static readonly FaultPoint BeforeHandOver = Before(Worker, "before-hand-over", "a transaction failed, Kafka does not have it for compensation");
    public static readonly FaultPoint AfterHandOver = After(
        Worker, "after-hand-over", "Kafka has an order for compensation, its own record is not done with");
    public static readonly FaultPoint BeforeCompensationBegun = Before(
        Worker, "before-compensation-begun", "an order's compensation is about to be written to MySQL");
    public static readonly FaultPoint AfterCompensationBegun = After(
        Worker, "after-compensation-begun", "an order's compensation is in MySQL, its first attempt is not scheduled");
    public static readonly FaultPoint BeforeSchedule = Before(
        Worker, "before-schedule", "an attempt is about to be given to the scheduler's queue", ofMany: true);
    public static readonly FaultPoint AfterSchedule = After(
        Worker, "after-schedule", "the scheduler's queue has an attempt, the worker has not heard so", ofMany: true);
    public static readonly FaultPoint BeforeQuartzSchedule = Before(
        Worker, "before-quartz-schedule", "a scheduled message is about to be written to Quartz's tables", ofMany: true);
    public static readonly FaultPoint AfterQuartzSchedule = After(
        Worker, "after-quartz-schedule", "Quartz has a scheduled message, which RabbitMQ still holds", ofMany: true);
    public static readonly FaultPoint BeforeScheduledSend = Before(
        Worker, "before-scheduled-send", "a scheduled message is due, and not sent", ofMany: true);
    public static readonly FaultPoint AfterScheduledSend = After(
        Worker, "after-scheduled-send", "a scheduled message was sent, Quartz has it still", ofMany: true);
    public static readonly FaultPoint BeforeSweepSend = Before(
        Worker, "before-sweep-send", "the sweep has found attempts that are overdue, none was sent", ofMany: true);
    public static readonly FaultPoint AfterSweepSend = After(
        Worker, "after-sweep-send", "the sweep has sent attempts, MySQL does not say so", ofMany: true);
    public static readonly FaultPoint AfterAttemptStarted = After(
        Worker, "after-attempt-started", "a worker has taken an attempt of compensation and has not made it");
    public static readonly FaultPoint AfterAttemptSucceeded = After(
        Worker, "after-attempt-succeeded", "an attempt has brought the order to its end, and its compensation does not know");
    public static readonly FaultPoint AfterCompensationCleared = After(
        Worker, "after-compensation-cleared", "an order's compensation is gone from MySQL, its counter in Redis is not");
    public static readonly FaultPoint AfterAttemptFailed = After(
        Worker, "after-attempt-failed", "a failed attempt is in MySQL, nothing follows from it yet");
    public static readonly FaultPoint BeforeDeadLetterPublish = Before(
        Worker, "before-dead-letter-publish", "an order has used up its attempts, and is about to be sent to the dead-letter topic");
    public static readonly FaultPoint AfterDeadLetterPublish = After(
        Worker, "after-dead-letter-publish", "the dead-letter topic has an order, MySQL says Exhausted");
    public static readonly FaultPoint AfterDeadLetterNoted = After(
        Worker, "after-dead-letter-noted", "MySQL says that an order is a dead letter, nobody was alerted");
    public static readonly FaultPoint BeforeDeadLetterAttempt = Before(
        Worker, "before-dead-letter-attempt", "the dead-letter consumer has taken an order and not tried it");
    public static readonly FaultPoint AfterDeadLetterSucceeded = After(
        Worker, "after-dead-letter-succeeded", "the dead-letter consumer has brought an order to its end, and its compensation does not know");
    public static readonly FaultPoint AfterDeadLetterFailed = After(
        Worker, "after-dead-letter-failed", "a failed attempt of the dead-letter consumer is in MySQL, nobody was alerted");
    public static readonly FaultPoint BeforeArchiveInsert = Before(
        Worker, "before-archive-insert", "an order, or a record that can't be read, is about to be written to the archive");
    public static readonly FaultPoint AfterArchiveInsert = After(
        Worker, "after-archive-insert", "the archive has it, the dead-letter consumer has not heard so");
    public static readonly FaultPoint AfterArchived = After(Worker, "after-archived", "an order is in the archive, and MySQL says it is a dead letter");
    public static readonly FaultPoint AfterArchivedNoted = After(
        Worker, "after-archived-noted", "MySQL says that an order is archived, its record is not done with");
    public static readonly FaultPoint BeforeAlertSend = Before(Api | Worker, "before-alert-send", "an alert is about to be sent to its channel", ofMany: true);
    public static readonly FaultPoint AfterAlertSend = After(
        Api | Worker, "after-alert-send", "the channel has an alert, its sender has not heard so", ofMany: true);
    public static readonly FaultPoint AfterReprocessed = After(
        Worker, "after-reprocessed", "an archived order was brought to its end, the archive does not say so");
    public static readonly FaultPoint BeforeHandledMark = Before(
        Api | Worker, "before-handled-mark", "the archive is about to be told that an order was handled", ofMany: true);
    public static readonly FaultPoint AfterHandledMark = After(
        Api | Worker, "after-handled-mark", "the archive says that an order was handled, whoever said so has not heard it", ofMany: true);
#pragma warning restore CS1591

    /// <summary>Every point above, about in the order in which an order meets them. (Below them all: it is made of what they are by then.)</summary>
    public static IReadOnlyList<FaultPoint> All { get; } = List();

    /// <summary>The point of this name; null when there is none.</summary>
    public static FaultPoint? Find(string name) => All.FirstOrDefault(x => x.Name == name);

    static FaultPoint Before(FaultProcesses processes, string name, string where, bool ofMany = false) => new(name, processes, where, afterEffect: false, ofMany);

    static FaultPoint After(FaultProcesses processes, string name, string where, bool ofMany = false) => new(name, processes, where, afterEffect: true, ofMany);

    static List<FaultPoint> List()
    {
        var points = typeof(KnownPoints).GetFields(BindingFlags.Public | BindingFlags.Static).Select(x => (FaultPoint)x.GetValue(null)!).ToList();
        for (var i = 0; i < points.Count; i++)
            points[i].Index = i;

        return points;
    }
}
