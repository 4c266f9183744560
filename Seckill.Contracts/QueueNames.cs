namespace Seckill.Contracts;

/// <summary>The RabbitMQ queues of the system: commands of people and of the clock, never the hot path.</summary>
public static class QueueNames
{
    /// <summary>Commands to the transaction of an order: cancel, pay, roll back, resume.</summary>
    public const string OrderTransaction = "order-transaction";

    /// <summary><see cref="AttemptCompensation"/>: attempts whose time has come.</summary>
    public const string Compensation = "compensation";

    /// <summary><see cref="ReprocessOrder"/>: archived orders that an operator has processed again.</summary>
    public const string Reprocess = "reprocess-order";

    /// <summary>Messages to be sent later: MassTransit's <c>ScheduleMessage</c> and <c>CancelScheduledMessage</c>, kept by Quartz in MySQL.</summary>
    public const string Scheduler = "quartz";
}
