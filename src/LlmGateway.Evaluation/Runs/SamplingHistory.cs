using LlmGateway.Evaluation.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Evaluation.Runs;

/// <summary>What the outputs that are written tell of a run's samples, read by a store of its own: the batch's is writing.</summary>
internal sealed class SamplingHistory(IServiceScopeFactory scopes)
{
    /// <summary>How many samples could not be had.</summary>
    public async Task<int> CountFailedAsync(string runId, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await Outputs(scope, runId).CountAsync(row => row.Status == ItemStatus.Errored && !row.IsSampled, cancellationToken);
    }

    public async Task<bool> AnySampledAsync(string runId, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await Outputs(scope, runId).AnyAsync(row => row.Status != ItemStatus.Pending && row.IsSampled, cancellationToken);
    }

    private static IQueryable<OutputItem> Outputs(AsyncServiceScope scope, string runId) =>
        scope.ServiceProvider.GetRequiredService<EvaluationDbContext>().OutputItems.Where(row => row.RunId == runId);
}
