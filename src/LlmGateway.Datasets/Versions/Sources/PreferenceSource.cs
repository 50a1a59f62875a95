using System.Runtime.CompilerServices;
using System.Text.Json;
using LlmGateway.Datasets.Feedback;
using LlmGateway.Datasets.Storage;

namespace LlmGateway.Datasets.Versions.Sources;

/// <summary>
/// Pairs of a better and a worse output: a correction and the answer that it corrects; and, by a metric, the best and the worst
/// answer to the same input. A call counts for one of them at most with each.
/// </summary>
/// <param name="context">The store.</param>
/// <param name="project">The project.</param>
/// <param name="ids">Calls with a correction or with the metric; asked for anew with each reading.</param>
/// <param name="limit">Most items.</param>
/// <param name="metric">What better and worse are told by; null for corrections alone.</param>
internal sealed class PreferenceSource(
    DatasetsDbContext context, string project, Func<CancellationToken, IAsyncEnumerable<Guid>> ids, int limit, FeedbackMetric? metric) : IItemSource
{
    public IAsyncEnumerable<ItemDraft> ReadAsync(DropCounts dropped, CancellationToken cancellationToken) => AllAsync(dropped, cancellationToken).Take(limit);

    private async IAsyncEnumerable<ItemDraft> AllAsync(DropCounts dropped, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var inputs = metric is null ? null : new ScoredInputs(metric);
        await foreach (var page in ids(cancellationToken).Chunk(CallLoading.PageCalls).WithCancellation(cancellationToken))
        {
            var calls = await context.LoadCallsAsync(project, page, cancellationToken);
            await ScoreAsync(calls, inputs, dropped, cancellationToken);
            foreach (var call in calls.Where(call => call.Demonstration is not null))
            {
                if (TryRead(call, CallOutput.Preference, dropped) is { } pair)
                {
                    yield return pair;
                }
            }
        }

        await foreach (var pair in ScoredAsync(inputs?.Pairs ?? [], dropped, cancellationToken))
        {
            yield return pair;
        }
    }

    private async Task ScoreAsync(IReadOnlyList<LoadedCall> calls, ScoredInputs? inputs, DropCounts dropped, CancellationToken cancellationToken)
    {
        if (inputs is null)
        {
            return;
        }

        var scores = await context.ScoresAsync(project, [.. calls.Select(call => call.Row)], metric!.Name, cancellationToken);
        foreach (var call in calls.Where(call => scores.ContainsKey(call.Row.Id)))
        {
            if (TryRead(call, CallOutput.Inference, dropped) is { } item)
            {
                inputs.Add(item, scores[call.Row.Id]);
            }
        }
    }

    private async IAsyncEnumerable<ItemDraft> ScoredAsync(
        IReadOnlyList<(Guid Best, Guid Worst)> pairs, DropCounts dropped, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var page in pairs.Chunk(CallLoading.PageCalls / 2))
        {
            var calls = (await context.LoadCallsAsync(project, [.. page.SelectMany(pair => (Guid[])[pair.Best, pair.Worst])], cancellationToken))
                .ToDictionary(call => call.Row.Id);
            foreach (var (best, worst) in page.Where(pair => calls.ContainsKey(pair.Best) && calls.ContainsKey(pair.Worst)))
            {
                if (TryRead(calls[best], CallOutput.Inference, dropped) is { } better && TryRead(calls[worst], CallOutput.Inference, dropped)?.Reference is { } worse)
                {
                    if (JsonElement.DeepEquals(better.Reference!.Value, worse))
                    {
                        dropped.Add(DropCounts.Tie);
                    }
                    else
                    {
                        yield return better with { Rejected = worse };
                    }
                }
            }
        }
    }

    private static ItemDraft? TryRead(LoadedCall call, string output, DropCounts dropped)
    {
        if (CallItem.TryRead(call, output, out var reason) is { } item)
        {
            return item;
        }

        dropped.Add(reason);
        return null;
    }
}
