using System.Net.Mime;
using MassTransit;

namespace LlmGateway.Messaging.Raw;

/// <summary>Sends messages without an envelope.</summary>
public static class RawSending
{
    /// <summary>Sends to a queue and returns when the broker has confirmed that the queue holds the message.</summary>
    /// <remarks>
    /// It does not make the queue, which only its consumer knows how to: a message for a queue that is not there yet
    /// comes back as an exception, and is not lost.
    /// </remarks>
    /// <exception cref="MessageReturnedException">No such queue.</exception>
    public static async Task SendRawAsync(this ISendEndpointProvider bus, string queue, RawMessage message, CancellationToken cancellationToken)
    {
        var endpoint = await bus.GetSendEndpoint(new Uri($"exchange:{queue}"));
        await endpoint.Send(message, AsBytes, cancellationToken);
    }

    private static void AsBytes(SendContext<RawMessage> context)
    {
        context.Serializer = RawSerializer.Instance;
        context.ContentType = new ContentType(context.Message.ContentType ?? MediaTypeNames.Application.Octet);
        if (context.TryGetPayload<RabbitMqSendContext>(out var rabbit))
        {
            rabbit.Mandatory = true;
        }
    }
}
