using LlmGateway.Contracts.Retrieval;
using LlmGateway.Retrieval.Storage;
using LlmGateway.Service;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmGateway.Retrieval.Search;

/// <summary>Brings copies in use up to date before a search has to wait for it: when it hears of a change, and every so often.</summary>
internal sealed partial class CopyRefresh(
    IServiceScopeFactory scopes, LexicalCopies words, IOptions<RetrievalOptions> options, TimeProvider time, ILogger<CopyRefresh> logger) : BackgroundService
{
    /// <summary>Brings a store's copy up to date, if there is one.</summary>
    public Task RefreshAsync(string storeId, CancellationToken cancellationToken) => RefreshAsync([storeId], cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.CopySweep, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RefreshAsync([.. words.Held], stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailed(exception);
            }
        }
    }

    private async Task RefreshAsync(IReadOnlyCollection<string> stores, CancellationToken cancellationToken)
    {
        var held = words.Held.Intersect(stores).ToList();
        if (held.Count == 0)
        {
            return;
        }

        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<RetrievalDbContext>();
        var versions = await context.VectorStores.Where(store => held.Contains(store.Id)).Select(store => new { store.Id, store.Version }).ToListAsync(cancellationToken);
        foreach (var store in versions)
        {
            await words.GetAsync(store.Id, store.Version, cancellationToken);
        }
    }

    [LoggerMessage(6110, LogLevel.Warning, "Copies of stores could not be compared with the database; searches do it themselves")]
    private partial void LogFailed(Exception exception);
}

/// <summary>Tells this process's copies of a change.</summary>
internal sealed class VectorStoreChangedConsumer(CopyRefresh refresh) : IConsumer<VectorStoreChanged>
{
    public const string Endpoint = "retrieval.store-changed";

    public Task Consume(ConsumeContext<VectorStoreChanged> context) => refresh.RefreshAsync(context.Message.VectorStoreId, context.CancellationToken);
}
