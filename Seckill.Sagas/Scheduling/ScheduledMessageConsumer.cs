using System.Text.Json;

using MassTransit;
using MassTransit.Scheduling;
using MassTransit.Serialization;

using Quartz;

using Seckill.Contracts;
using Seckill.Faults;
using Seckill.Sagas.Clock;

namespace Seckill.Sagas.Scheduling;

/// <summary>
/// Keeps messages that are to be sent later in Quartz's tables: MassTransit's own contracts for it, whose usual consumers come with a package that
/// the index lacks. Deduplicates on the token: scheduling it again replaces what was scheduled.
/// </summary>
public sealed class ScheduledMessageConsumer(ClockHost clock, FaultPoints faults) : IConsumer<ScheduleMessage>, IConsumer<CancelScheduledMessage>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<ScheduleMessage> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var message = context.Message;
        var scheduler = Scheduler();
        await ScheduledMessageJob.EnsureAsync(scheduler, context.CancellationToken);
        var trigger = TriggerBuilder.Create()
            .WithIdentity(ScheduledMessageJob.TriggerOf(message.CorrelationId))
            .ForJob(ScheduledMessageJob.Key)
            .StartAt(new DateTimeOffset(DateTime.SpecifyKind(message.ScheduledTime, DateTimeKind.Utc)))
            // Late or not, it is fired once. Were lateness a misfire, Quartz would write thousands of late ones anew every few seconds.
            .WithSimpleSchedule(x => x.WithMisfireHandlingInstructionIgnoreMisfires())
            .UsingJobData(ScheduledMessageJob.Destination, message.Destination.ToString())
            .UsingJobData(ScheduledMessageJob.MessageTypes, string.Join(';', message.PayloadType))
            .UsingJobData(ScheduledMessageJob.Payload, JsonSerializer.Serialize(message.Payload, SystemTextJsonMessageSerializer.Options))
            .Build();
        if (context.Headers.Get<string>(OrderTrace.TraceParent) is { } traceParent)
            trigger.JobDataMap[OrderTrace.TraceParent] = traceParent;
        await faults.PassAsync(KnownPoints.BeforeQuartzSchedule, context.CancellationToken);
        if (await scheduler.RescheduleJob(trigger.Key, trigger, context.CancellationToken) is null)
            await scheduler.ScheduleJob(trigger, context.CancellationToken);
        await faults.PassAsync(KnownPoints.AfterQuartzSchedule, context.CancellationToken);
    }

    /// <inheritdoc/>
    public Task Consume(ConsumeContext<CancelScheduledMessage> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Scheduler().UnscheduleJob(ScheduledMessageJob.TriggerOf(context.Message.TokenId), context.CancellationToken);
    }

    IScheduler Scheduler() => clock.Scheduler ?? throw new ClockNotStartedException();
}

/// <summary>The clock has not started yet, because MySQL is not there. It passes: try again.</summary>
public sealed class ClockNotStartedException() : Exception("The clock of this worker has not started yet");
