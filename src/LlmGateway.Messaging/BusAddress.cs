using Microsoft.Extensions.Configuration;

namespace LlmGateway.Messaging;

/// <summary>The broker that the configuration names; absent where messages stay in memory.</summary>
public static class BusAddress
{
    /// <summary>The key in the configuration, for messages.</summary>
    public const string Key = $"ConnectionStrings:{BusOptions.ConnectionName}";

    private static readonly string[] Schemes = ["amqp", "amqps", "rabbitmq", "rabbitmqs"];

    /// <returns>Null for the transport in memory.</returns>
    /// <exception cref="InvalidOperationException">RabbitMQ is asked for by name without an address, or the address is none.</exception>
    public static Uri? Find(IConfiguration configuration)
    {
        var transport = configuration.GetSection(BusOptions.Section).GetValue<BusTransport?>(nameof(BusOptions.Transport));
        var address = configuration.GetConnectionString(BusOptions.ConnectionName);
        if (transport == BusTransport.InMemory || (transport is null && string.IsNullOrWhiteSpace(address)))
        {
            return null;
        }

        if (string.IsNullOrWhiteSpace(address))
        {
            throw new InvalidOperationException(
                $"{BusOptions.Section}:{nameof(BusOptions.Transport)} is RabbitMq but {Key} is not set. Set it to 'amqp://user:password@host:5672'.");
        }

        // The text may hold a password: it is not repeated.
        return Uri.TryCreate(address, UriKind.Absolute, out var uri) && Schemes.Contains(uri.Scheme)
            ? uri
            : throw new InvalidOperationException($"{Key} is not an address of RabbitMQ. Expected 'amqp://user:password@host:5672'.");
    }
}
