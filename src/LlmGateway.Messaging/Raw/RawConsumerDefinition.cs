using MassTransit;

namespace LlmGateway.Messaging.Raw;

/// <summary>A queue whose messages its consumer gets as bytes, whatever they are.</summary>
/// <typeparam name="TConsumer">Its consumer.</typeparam>
public abstract class RawConsumerDefinition<TConsumer> : ConsumerDefinition<TConsumer>
    where TConsumer : class, IConsumer<RawMessage>
{
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<TConsumer> consumerConfigurator, IRegistrationContext context)
    {
        endpointConfigurator.ConfigureConsumeTopology = false;

        // What the consumer sends in its turn is JSON again.
        endpointConfigurator.ClearSerialization();
        endpointConfigurator.AddSerializer(new JsonSerializerFactory(), isSerializer: true);
        endpointConfigurator.AddDeserializer(new RawSerializerFactory(), isDefault: true);

        // The error queue has the message and the reason; a copy for subscribers would only double a large message.
        endpointConfigurator.PublishFaults = false;
    }
}
