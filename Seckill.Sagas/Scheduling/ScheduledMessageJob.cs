using System.Net.Mime;
using System.Text.Json;
using System.Text.Json.Nodes;

using MassTransit;
using MassTransit.Serialization;

using Microsoft.Extensions.Logging;

using Quartz;

using Seckill.Contracts;
using Seckill.Faults;

namespace Seckill.Sagas.Scheduling;

/// <summary>
/// Sends a message whose time has come. It is done when the broker has confirmed it; what can't be sent is tried again later, and what a worker
/// had taken that died is fired again by another: the message comes at least once.
/// </summary>
public sealed class ScheduledMessageJob(IBus bus, FaultPoints faults, TimeProvider time, ILogger<ScheduledMessageJob> logger) : IJob
{
    internal const string Destination = "destination";
    internal const string MessageTypes = "messageTypes";
    internal const string Payload = "payload";

    const string Group = "messages";

    static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(10);
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>The one job that all scheduled messages are triggers of.</summary>
    public static JobKey Key { get; } = new(nameof(ScheduledMessageJob), Group);

    /// <summary>The trigger of a scheduled message.</summary>
    public static TriggerKey TriggerOf(Guid token) => new(token.ToString("N"), Group);

    /// <summary>Makes sure that the store has the job.</summary>
    public static async Task EnsureAsync(IScheduler scheduler, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scheduler);
        if (await scheduler.CheckExists(Key, cancellationToken))
            return;

        var job = JobBuilder.Create<ScheduledMessageJob>().WithIdentity(Key).StoreDurably().RequestRecovery().Build();
        await scheduler.AddJob(job, replace: true, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task Execute(IJobExecutionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var data = context.MergedJobDataMap;
        var destination = new Uri(data.GetString(Destination)!);
        var types = data.GetString(MessageTypes)!.Split(';');
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        timeout.CancelAfter(SendTimeout);
        try
        {
            await faults.PassAsync(KnownPoints.BeforeScheduledSend, timeout.Token);
            var endpoint = await bus.GetSendEndpoint(destination);
            await endpoint.Send(
                new ScheduledMessage(),
                Pipe.Execute<SendContext<ScheduledMessage>>(x =>
                {
                    x.SupportedMessageTypes = types;
                    x.Serializer = new EnvelopeSerializer(types, data.GetString(Payload)!, data.TryGetString(OrderTrace.TraceParent, out var traceParent) ? traceParent : null);
                }),
                timeout.Token);
            await faults.PassAsync(KnownPoints.AfterScheduledSend, timeout.Token);
        }
        catch (Exception exception) when (!context.CancellationToken.IsCancellationRequested)
        {
            logger.LogWarning(exception, "A scheduled {Type} can't be sent to {Destination} and is tried again in {Pause}", types[0], destination, Pause);
            var again = context.Trigger.GetTriggerBuilder().StartAt(time.GetUtcNow() + Pause).Build();
            if (await context.Scheduler.RescheduleJob(context.Trigger.Key, again, CancellationToken.None) is null)
                await context.Scheduler.ScheduleJob(again, CancellationToken.None);
        }
    }

    /// <summary>Stands for the scheduled message, whose type this process need not know.</summary>
    sealed class ScheduledMessage;

    /// <summary>Writes MassTransit's JSON envelope around a payload that is JSON already.</summary>
    sealed class EnvelopeSerializer(string[] types, string payload, string? traceParent) : IMessageSerializer
    {
        public ContentType ContentType => SystemTextJsonMessageSerializer.JsonContentType;

        public MessageBody GetMessageBody<T>(SendContext<T> context)
            where T : class
        {
            var envelope = new JsonObject
            {
                ["messageId"] = context.MessageId?.ToString(),
                ["conversationId"] = context.ConversationId?.ToString(),
                ["destinationAddress"] = context.DestinationAddress?.ToString(),
                ["messageType"] = new JsonArray([.. types.Select(x => (JsonNode?)x)]),
                ["message"] = JsonNode.Parse(payload),
                ["sentTime"] = DateTime.UtcNow.ToString("O"),
                ["headers"] = traceParent is null ? new JsonObject() : new JsonObject { [OrderTrace.TraceParent] = traceParent },
            };
            return new StringMessageBody(envelope.ToJsonString(JsonSerializerOptions.Web));
        }
    }
}
