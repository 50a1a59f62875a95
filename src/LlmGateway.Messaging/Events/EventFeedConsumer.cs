using System.Text.Json;
using LlmGateway.Messaging.Raw;
using MassTransit;
using MassTransit.Transports.Fabric;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace LlmGateway.Messaging.Events;

/// <summary>Hears every event, in a queue of this process's own.</summary>
internal sealed class EventFeedConsumer(EventFeed feed) : IConsumer<RawMessage>
{
    public Task Consume(ConsumeContext<RawMessage> context)
    {
        try
        {
            feed.Hand(PublicEvent.Parse(context.Message.Body.Span));
            return Task.CompletedTask;
        }
        catch (JsonException)
        {
            throw new UnusableMessageException("It is no event.");
        }
    }
}

internal sealed class EventFeedConsumerDefinition : RawConsumerDefinition<EventFeedConsumer>
{
    private const string Everything = "#";

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<EventFeedConsumer> consumerConfigurator, IRegistrationContext context)
    {
        base.ConfigureConsumer(endpointConfigurator, consumerConfigurator, context);
        switch (endpointConfigurator)
        {
            case IRabbitMqReceiveEndpointConfigurator rabbit:
                rabbit.Bind(PublicEvents.Exchange, binding => (binding.ExchangeType, binding.RoutingKey) = ("topic", Everything));
                break;
            case IInMemoryReceiveEndpointConfigurator memory:
                memory.Bind(PublicEvents.Exchange, ExchangeType.Topic, Everything);
                break;
        }
    }
}

public static class EventFeedRegistration
{
    /// <summary>Lets this process hear events; <see cref="EventFeedEndpoint.MapEventFeed"/> streams them to callers.</summary>
    public static void AddEventFeed(this IBusRegistrationConfigurator bus)
    {
        bus.TryAddSingleton<EventFeed>();
        bus.AddBroadcastConsumer<EventFeedConsumer, EventFeedConsumerDefinition>("messaging.events");
    }
}
