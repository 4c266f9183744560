using MassTransit;
using MassTransit.Configuration;
using MassTransit.DependencyInjection;
using MassTransit.Transports;
using Microsoft.Extensions.DependencyInjection;

namespace Seckill.Kafka.Configuration;

/// <summary>Builds the rider when the bus is built.</summary>
sealed class KafkaRegistrationRiderFactory : IRegistrationRiderFactory<IKafkaRider>
{
    public IBusInstanceSpecification CreateRider(IRiderRegistrationContext context) =>
        new Specification(context.GetRequiredService<KafkaRiderParts>());

    sealed class Specification(KafkaRiderParts parts) : IBusInstanceSpecification
    {
        public void Configure(IBusInstance busInstance)
        {
            var endpoints = parts.Settings.Endpoints.Select(endpoint => endpoint.Build(busInstance, parts)).ToList();
            endpoints.ForEach(parts.Endpoints.Add);
            busInstance.Connect<IKafkaRider>(new KafkaRider(endpoints, parts));
        }

        public IEnumerable<ValidationResult> Validate() => [];
    }
}
