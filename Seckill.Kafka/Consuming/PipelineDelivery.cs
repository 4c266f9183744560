using MassTransit.Context;
using MassTransit.Transports;

namespace Seckill.Kafka.Consuming;

/// <summary>Takes messages through MassTransit's pipeline, to the consumers and sagas of the endpoint.</summary>
sealed class PipelineDelivery<T>(ReceiveEndpointContext endpoint, EndpointSettings settings) : IRecordDelivery<T>
    where T : class
{
    readonly IReceivePipeDispatcher _pipeline = endpoint.CreateReceivePipeDispatcher();

    public async Task Deliver(PendingRecord record, T message, int attempt)
    {
        using var context = new KafkaReceiveContext<T>(endpoint, record.Result, message, settings.GroupId, attempt);
        record.Attempting(context);
        try
        {
            await _pipeline.Dispatch(context, NoLockReceiveContext.Instance).ConfigureAwait(false);
        }
        finally
        {
            record.Attempting(null);
        }
    }
}
