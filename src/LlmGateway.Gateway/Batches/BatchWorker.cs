using LlmGateway.Gateway.Storage;
using LlmGateway.Service;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Gateway.Batches;

/// <summary>Works on batches. One whose files, store or broker are away is put down for a while, and that is no failure of its own.</summary>
internal sealed partial class BatchWorker(IServiceScopeFactory scopes, GatewaySettings settings, TimeProvider time, ILogger<BatchWorker> logger)
    : LeasedWorker<GatewayDbContext, Batch>(scopes, settings.Current.Batches.Leases, time, logger)
{
    /// <summary>What the log and the bills call a batch's calls.</summary>
    public const string Purpose = "batch";

    protected override IReadOnlyCollection<string> OpenStatuses => BatchStage.Open;

    protected override TimeSpan Rest { get; } = settings.Current.Batches.Leases.RetryPause;

    protected override async Task WorkAsync(IServiceProvider services, Batch row, Lease lease, CancellationToken cancellationToken)
    {
        try
        {
            await services.GetRequiredService<BatchRun>().ToEndAsync(row, lease, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested
            && (exception is HttpRequestException or IOException or OperationCanceledException || StoreErrors.IsOfStore(exception)))
        {
            LogPutDown(row.Id, exception.GetType().Name, exception.Message);
        }
    }

    [LoggerMessage(1280, LogLevel.Warning, "Batch {Batch} is put down for a while ({Reason}: {Message})")]
    private partial void LogPutDown(string batch, string reason, string message);
}
