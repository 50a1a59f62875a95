using MassTransit;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Messaging;

/// <summary>
/// Tells every replica of what a committed row says already. The row is the truth, so a broker that is away neither fails
/// nor holds up the call that changed it.
/// </summary>
public sealed partial class BroadcastSender(IBus bus, TimeProvider time, ILogger<BroadcastSender> logger)
{
    /// <summary>What a call waits at most: 500 ms.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a message goes on trying to leave: 30 s. By then the replicas have looked the row up themselves.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    public async Task SendAsync<TMessage>(TMessage message)
        where TMessage : class
    {
        var sending = PublishAsync(message);
        try
        {
            await sending.WaitAsync(Patience, time);
        }
        catch (TimeoutException)
        {
            LogDelayed(typeof(TMessage).Name);
        }
    }

    /// <summary>Never throws: it may end when nobody waits for it any more.</summary>
    private async Task PublishAsync<TMessage>(TMessage message)
        where TMessage : class
    {
        using var limit = new CancellationTokenSource(Lifetime, time);
        try
        {
            await bus.Publish(message, limit.Token);
        }
        catch (Exception exception)
        {
            LogUnsent(typeof(TMessage).Name, exception.GetType().Name);
        }
    }

    [LoggerMessage(1711, LogLevel.Warning, "The broker does not take '{Message}' yet: other replicas may learn of the change later, from its row")]
    private partial void LogDelayed(string message);

    [LoggerMessage(1712, LogLevel.Warning, "'{Message}' could not be sent ({Reason}): other replicas learn of the change from its row")]
    private partial void LogUnsent(string message, string reason);
}
