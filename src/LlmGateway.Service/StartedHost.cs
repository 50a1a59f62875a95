using Microsoft.Extensions.Hosting;

namespace LlmGateway.Service;

/// <summary>What a background service that calls its own process waits for: before it the host listens at no address.</summary>
public static class StartedHost
{
    /// <summary>Ends once the host has started.</summary>
    /// <exception cref="OperationCanceledException">It stops before.</exception>
    public static async Task StartedAsync(this IHostApplicationLifetime lifetime, CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        await started.Task.WaitAsync(cancellationToken);
    }
}
