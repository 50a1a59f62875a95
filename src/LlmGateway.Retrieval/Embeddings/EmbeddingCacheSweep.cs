using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Retrieval.Embeddings;

/// <summary>Keeps the cache of vectors within its bound.</summary>
internal sealed partial class EmbeddingCacheSweep(IServiceScopeFactory scopes, TimeProvider time, ILogger<EmbeddingCacheSweep> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<EmbeddingCache>().TrimAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // The next one tries again.
                LogFailed(exception);
            }
        }
    }

    [LoggerMessage(1801, LogLevel.Warning, "Old vectors could not be deleted from the cache")]
    private partial void LogFailed(Exception exception);
}
