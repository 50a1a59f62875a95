using System.Net.Mime;
using LlmGateway.Messaging.Raw;
using MassTransit;

namespace LlmGateway.Messaging.Events;

/// <summary>Publishes events on the topic exchange that programs outside listen to; the routing key is the event's type.</summary>
/// <remarks>Returns when the broker has the event. Without a listener it is gone: the exchange keeps nothing.</remarks>
public static class PublicEvents
{
    /// <summary>The exchange, a public contract.</summary>
    public const string Exchange = "llmgateway.events";

    public static async Task PublishEventAsync(this ISendEndpointProvider bus, PublicEvent happened, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(bus);
        ArgumentNullException.ThrowIfNull(happened);
        var endpoint = await bus.GetSendEndpoint(new Uri($"exchange:{Exchange}?type=topic"));
        var message = new RawMessage(happened.ToJson(), MediaTypeNames.Application.Json);
        await endpoint.Send(
            message,
            context =>
            {
                context.Serializer = RawSerializer.Instance;
                context.ContentType = new ContentType(MediaTypeNames.Application.Json);
                context.SetRoutingKey(happened.Type);
            },
            cancellationToken);
    }
}
