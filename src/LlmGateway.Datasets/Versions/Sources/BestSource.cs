using System.Runtime.CompilerServices;
using LlmGateway.Datasets.Feedback;
using LlmGateway.Datasets.Storage;

namespace LlmGateway.Datasets.Versions.Sources;

/// <summary>Of calls that asked the same, the one of which a metric says the best. Reads the calls once to find them, and those again.</summary>
/// <param name="context">The store.</param>
/// <param name="project">The project.</param>
/// <param name="ids">Calls with the metric; asked for anew with each reading.</param>
/// <param name="limit">Most items.</param>
/// <param name="metric">What the best is told by.</param>
internal sealed class BestSource(
    DatasetsDbContext context, string project, Func<CancellationToken, IAsyncEnumerable<Guid>> ids, int limit, FeedbackMetric metric) : IItemSource
{
    public async IAsyncEnumerable<ItemDraft> ReadAsync(DropCounts dropped, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var inputs = new ScoredInputs(metric);
        await foreach (var page in ids(cancellationToken).Chunk(CallLoading.PageCalls).WithCancellation(cancellationToken))
        {
            await ScoreAsync(page, inputs, dropped, cancellationToken);
        }

        var best = inputs.Best;
        var source = new InferenceSource(context, project, _ => best.ToAsyncEnumerable(), limit, CallOutput.BestFeedback);
        await foreach (var item in source.ReadAsync(dropped, cancellationToken))
        {
            yield return item;
        }
    }

    private async Task ScoreAsync(Guid[] page, ScoredInputs inputs, DropCounts dropped, CancellationToken cancellationToken)
    {
        var calls = await context.LoadCallsAsync(project, page, cancellationToken);
        var scores = await context.ScoresAsync(project, [.. calls.Select(call => call.Row)], metric.Name, cancellationToken);
        foreach (var call in calls.Where(call => scores.ContainsKey(call.Row.Id)))
        {
            if (CallItem.TryRead(call, CallOutput.BestFeedback, out var reason) is { } item)
            {
                inputs.Add(item, scores[call.Row.Id]);
            }
            else
            {
                dropped.Add(reason);
            }
        }
    }
}
