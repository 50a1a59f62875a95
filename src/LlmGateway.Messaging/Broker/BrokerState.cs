using Microsoft.Extensions.Logging;

namespace LlmGateway.Messaging.Broker;

/// <summary>Whether the broker is away, said once when it goes, with the key that leads to it, and once when it is back.</summary>
internal sealed partial class BrokerState(Uri address, ILogger<BrokerState> logger)
{
    private int _isAway;

    public void Away(string reason)
    {
        if (Interlocked.Exchange(ref _isAway, 1) == 0)
        {
            LogAway($"{address.Host}:{address.Port}", BusAddress.Key, reason);
        }
    }

    public void Back()
    {
        if (Interlocked.Exchange(ref _isAway, 0) == 1)
        {
            LogBack();
        }
    }

    [LoggerMessage(1721, LogLevel.Warning, "Waiting for RabbitMQ at {Address} ({Key}): {Reason}. Work waits meanwhile")]
    private partial void LogAway(string address, string key, string reason);

    [LoggerMessage(1722, LogLevel.Information, "RabbitMQ is there again")]
    private partial void LogBack();
}
