using MassTransit;

namespace LlmGateway.Messaging;

/// <summary>
/// Events that every replica must see, such as a revoked key: a queue with a fixed name would give each to one of them
/// only. What is published while a replica is away never reaches it, so the truth must be looked up as well.
/// </summary>
public static class Broadcasts
{
    private const string Marker = ".broadcast.";

    /// <summary>Adds a consumer with a queue of this process's own, which goes when the process goes.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="endpoint">The service's name, a dot and the event's, such as <c>gateway.key-revoked</c>.</param>
    public static void AddBroadcastConsumer<TConsumer>(this IBusRegistrationConfigurator bus, string endpoint)
        where TConsumer : class, IConsumer =>
        bus.AddConsumer<TConsumer>().Endpoint(settings => Configure(settings, endpoint));

    /// <inheritdoc cref="AddBroadcastConsumer{TConsumer}"/>
    internal static void AddBroadcastConsumer<TConsumer, TDefinition>(this IBusRegistrationConfigurator bus, string endpoint)
        where TConsumer : class, IConsumer
        where TDefinition : class, IConsumerDefinition<TConsumer> =>
        bus.AddConsumer<TConsumer, TDefinition>().Endpoint(settings => Configure(settings, endpoint));

    private static void Configure(IEndpointRegistrationConfigurator settings, string endpoint)
    {
        settings.Name = $"{endpoint}{Marker}{NewId.NextGuid():N}";
        settings.Temporary = true;
    }

    internal static bool IsBroadcast(string endpoint) => endpoint.Contains(Marker, StringComparison.Ordinal);
}
