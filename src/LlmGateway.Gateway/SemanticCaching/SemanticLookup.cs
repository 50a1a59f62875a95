using LlmGateway.Gateway.SemanticCaching.Entries;
using LlmGateway.Service;

namespace LlmGateway.Gateway.SemanticCaching;

/// <summary>Looks for the nearest entries within the budget; a store that is slow or away has none.</summary>
internal sealed class SemanticLookup(SemanticStore store, GatewaySettings settings, SemanticMetrics metrics, TimeProvider time)
{
    public async Task<IReadOnlyList<SemanticMatch>> FindAsync(SemanticQuery query, CancellationToken cancellationToken)
    {
        using var budget = new CancellationTokenSource(settings.Current.SemanticCaching.SearchBudget, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(budget.Token, cancellationToken);
        var started = time.GetTimestamp();
        try
        {
            return await (await store.OfAsync(query.Cache.ProjectId, either.Token)).FindAsync(query, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            metrics.CountFailed("search_timeout");
            return [];
        }
        catch (Exception exception) when (StoreErrors.IsOfStore(exception))
        {
            metrics.CountFailed("search");
            return [];
        }
        finally
        {
            metrics.RecordLookup(time.GetElapsedTime(started));
        }
    }
}
