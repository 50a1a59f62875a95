using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using LlmGateway.Messaging.Events;
using LlmGateway.Messaging.Raw;
using MassTransit;
using MassTransit.Transports.Fabric;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.FineTuning.Tests.Messages;

/// <summary>Hears events as a program outside does, and reads the error queue.</summary>
internal sealed class Heard
{
    public ConcurrentQueue<JsonObject> Events { get; } = new();

    /// <summary>Body and reason of each.</summary>
    public ConcurrentQueue<(string Body, string Reason)> Errors { get; } = new();

    public void Configure(IBusRegistrationConfigurator bus)
    {
        bus.AddSingleton(this);
        bus.AddConsumer<EventListener, EventListenerDefinition>();
        bus.AddConsumer<ErrorReader, ErrorReaderDefinition>();
    }

    public IEnumerable<JsonObject> Of(string type) => Events.Where(one => (string?)one["type"] == type);

    private sealed class EventListener(Heard heard) : IConsumer<RawMessage>
    {
        public Task Consume(ConsumeContext<RawMessage> context)
        {
            var happened = (JsonObject)JsonNode.Parse(context.Message.Body.Span)!;
            Assert.Equal((string?)happened["type"], context.RoutingKey());
            heard.Events.Enqueue(happened);
            return Task.CompletedTask;
        }
    }

    /// <summary>Listens to fine-tuning's events only.</summary>
    private sealed class EventListenerDefinition : RawConsumerDefinition<EventListener>
    {
        private const string Pattern = "fine_tuning.job.*";

        public EventListenerDefinition() => EndpointName = "tests.events";

        protected override void ConfigureConsumer(
            IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<EventListener> consumerConfigurator, IRegistrationContext context)
        {
            base.ConfigureConsumer(endpointConfigurator, consumerConfigurator, context);
            switch (endpointConfigurator)
            {
                case IRabbitMqReceiveEndpointConfigurator rabbit:
                    rabbit.Bind(PublicEvents.Exchange, binding => (binding.ExchangeType, binding.RoutingKey) = ("topic", Pattern));
                    break;
                case IInMemoryReceiveEndpointConfigurator memory:
                    memory.Bind(PublicEvents.Exchange, ExchangeType.Topic, Pattern);
                    break;
            }
        }
    }

    private sealed class ErrorReader(Heard heard) : IConsumer<RawMessage>
    {
        public Task Consume(ConsumeContext<RawMessage> context)
        {
            heard.Errors.Enqueue((Encoding.UTF8.GetString(context.Message.Body.Span), context.ReceiveContext.TransportHeaders.Get<string>("MT-Fault-Message") ?? ""));
            return Task.CompletedTask;
        }
    }

    private sealed class ErrorReaderDefinition : RawConsumerDefinition<ErrorReader>
    {
        public ErrorReaderDefinition() => EndpointName = "fine-tuning-jobs_error";
    }
}
