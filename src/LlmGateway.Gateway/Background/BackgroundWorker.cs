using LlmGateway.Gateway.Storage;
using LlmGateway.Service;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Gateway.Background;

/// <summary>Makes the responses that nobody waits for, each by one call at a time.</summary>
internal sealed partial class BackgroundWorker(IServiceScopeFactory scopes, GatewaySettings settings, TimeProvider time, ILogger<BackgroundWorker> logger)
    : LeasedWorker<GatewayDbContext, BackgroundResponse>(scopes, settings.Current.Background.Leases, time, logger)
{
    /// <summary>What the log and the bills call its calls.</summary>
    public const string Purpose = "background";

    protected override IReadOnlyCollection<string> OpenStatuses => BackgroundStatus.Open;

    protected override TimeSpan Rest { get; } = settings.Current.Background.Leases.RetryPause;

    protected override async Task WorkAsync(IServiceProvider services, BackgroundResponse row, Lease lease, CancellationToken cancellationToken)
    {
        try
        {
            await services.GetRequiredService<BackgroundRun>().RunAsync(row, lease, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && StoreErrors.IsOfStore(exception))
        {
            LogPutDown(row.Id, exception.GetType().Name, exception.Message);
        }
    }

    [LoggerMessage(1290, LogLevel.Warning, "Response {Response} is put down for a while ({Reason}: {Message})")]
    private partial void LogPutDown(string response, string reason, string message);
}
