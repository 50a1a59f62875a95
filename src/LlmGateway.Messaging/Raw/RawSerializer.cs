using System.Net.Mime;
using MassTransit;
using MassTransit.Serialization;

namespace LlmGateway.Messaging.Raw;

/// <summary>Leaves a message's bytes as they are, both ways.</summary>
internal sealed class RawSerializer : IMessageSerializer, IMessageDeserializer
{
    public static readonly RawSerializer Instance = new();

    public ContentType ContentType { get; } = new(MediaTypeNames.Application.Octet);

    public MessageBody GetMessageBody<T>(SendContext<T> context)
        where T : class =>
        context.Message is RawMessage raw
            ? new MemoryMessageBody(raw.Body)
            : throw new NotSupportedException($"Only a {nameof(RawMessage)} is sent as bytes.");

    public MessageBody GetMessageBody(string text) => new StringMessageBody(text);

    public ConsumeContext Deserialize(ReceiveContext receiveContext)
    {
        var message = new RawMessage(receiveContext.Body.GetBytes(), receiveContext.ContentType?.ToString());
        var context = new RawMessageContext(receiveContext.TransportHeaders, receiveContext.InputAddress, RawSerializerOptions.Default);
        return new BodyConsumeContext(receiveContext, new RawSerializerContext(context, message));
    }

    public SerializerContext Deserialize(MessageBody body, Headers headers, Uri? destinationAddress = null) => new RawSerializerContext(
        new RawMessageContext(headers, destinationAddress, RawSerializerOptions.Default), new RawMessage(body.GetBytes(), null));

    public void Probe(ProbeContext context) => context.CreateScope("raw");
}

/// <summary>Lets an endpoint read everything as bytes.</summary>
internal sealed class RawSerializerFactory : ISerializerFactory
{
    public ContentType ContentType => RawSerializer.Instance.ContentType;

    public IMessageSerializer CreateSerializer() => RawSerializer.Instance;

    public IMessageDeserializer CreateDeserializer() => RawSerializer.Instance;
}

/// <summary>The bus's usual JSON envelope.</summary>
internal sealed class JsonSerializerFactory : ISerializerFactory
{
    private readonly SystemTextJsonMessageSerializer _serializer = new();

    public ContentType ContentType => _serializer.ContentType;

    public IMessageSerializer CreateSerializer() => _serializer;

    public IMessageDeserializer CreateDeserializer() => _serializer;
}
