using System.Runtime.CompilerServices;
using LlmGateway.Datasets.Storage;
using LlmGateway.Datasets.Versions;
using LlmGateway.Datasets.Versions.Sources;

namespace LlmGateway.Datasets.Annotations.Items;

/// <summary>
/// Pairs of logged calls that asked the same and were answered otherwise, but for case and white space: of each input the first call
/// beside the next with another answer. Who answered is not shown; the pair's source id names both calls.
/// </summary>
internal sealed class AnswerPairs(DatasetsDbContext context, string project)
{
    /// <param name="answers">Calls with their answers.</param>
    /// <param name="limit">Most pairs.</param>
    /// <param name="dropped">Takes what cannot be shown.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<AnnotationDraft> ReadAsync(
        IItemSource answers, int limit, DropCounts dropped, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var hash = new ItemHash();
        // Null once an input has its pair. Of a call the id and its answer's hash are remembered.
        var firsts = new Dictionary<UInt128, (Guid Id, UInt128 Answer)?>();
        var taken = 0;
        await foreach (var item in answers.ReadAsync(dropped, cancellationToken))
        {
            var (input, answer) = (hash.OfNormalisedInput(item.Input), hash.OfNormalisedInput(item.Reference!.Value));
            if (!firsts.TryGetValue(input, out var first))
            {
                firsts[input] = (item.InferenceId!.Value, answer);
            }
            else if (first is { } call && call.Answer != answer && await LoadAsync(call.Id, cancellationToken) is { } other)
            {
                firsts[input] = null;
                yield return new AnnotationDraft(
                    AnnotationSourceType.Inference, $"{other.InferenceId}/{item.InferenceId}", other.Input, other.Reference, item.Reference, null, null);
                if (++taken == limit)
                {
                    yield break;
                }
            }
        }
    }

    /// <summary>Null if the call is gone meanwhile.</summary>
    private async Task<ItemDraft?> LoadAsync(Guid id, CancellationToken cancellationToken) =>
        await context.LoadCallsAsync(project, [id], cancellationToken) is [var call] ? CallItem.TryRead(call, CallOutput.Inference, out _) : null;
}
