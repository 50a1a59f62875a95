using LlmGateway.Service;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace LlmGateway.Messaging.Broker;

/// <summary>
/// Signs in to the broker once before the start. A password that it refuses would be tried for ever in vain: it stops the
/// start. A broker that is away does not: what is to be sent waits for it.
/// </summary>
internal sealed class BrokerCheck(Uri address, BrokerState state) : IStartCheck
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(4);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await Describe(address).CreateConnectionAsync(cancellationToken).WaitAsync(Limit, cancellationToken);
        }
        catch (Exception exception) when (FindRefusal(exception) is { } refusal)
        {
            throw new InvalidOperationException($"{BusAddress.Key} leads to no broker that can be used: {refusal}");
        }
        catch (Exception exception) when (exception is BrokerUnreachableException or RabbitMQClientException or TimeoutException)
        {
            state.Away(exception.GetBaseException().Message);
        }
    }

    private static ConnectionFactory Describe(Uri address)
    {
        var host = address.AbsolutePath.Trim('/');
        var factory = new ConnectionFactory
        {
            HostName = address.Host,
            Port = address.Port < 0 ? AmqpTcpEndpoint.UseDefaultPort : address.Port,
            VirtualHost = host.Length > 0 ? Uri.UnescapeDataString(host) : ConnectionFactory.DefaultVHost,
            AutomaticRecoveryEnabled = false,
        };
        if (address.UserInfo.Split(':', 2) is [{ Length: > 0 } name, var password])
        {
            factory.UserName = Uri.UnescapeDataString(name);
            factory.Password = Uri.UnescapeDataString(password);
        }

        if (address.Scheme.EndsWith('s'))
        {
            factory.Ssl = new SslOption(address.Host, enabled: true);
        }

        return factory;
    }

    /// <summary>What the broker itself said of the password; null if that is not what is wrong.</summary>
    private static string? FindRefusal(Exception? exception) => exception switch
    {
        null => null,
        AuthenticationFailureException => exception.Message,
        _ => FindRefusal(exception.InnerException),
    };
}
