using System.Runtime.CompilerServices;
using System.Text.Json;
using LlmGateway.Evaluation.Sampling;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Sources;

/// <summary>
/// Logged calls, the newest first: OpenAI's <c>stored_completions</c> and <c>responses</c>, and our <c>inferences</c>. What was
/// answered is the recorded sample. Calls whose bodies were not kept whole are passed over.
/// </summary>
/// <param name="selections">Queries of the inference log, read one after the other.</param>
/// <param name="condition">What the log cannot be asked for, of a call's request; null for nothing.</param>
/// <param name="limit">Most items.</param>
/// <param name="draw">Which of the calls are items; null for all.</param>
internal sealed class CallSource(IReadOnlyList<string> selections, Func<JsonElement, bool>? condition, int limit, CallDraw? draw = null) : IItemSource
{
    public string? Id => null;

    public bool HasMessages => true;

    public bool AreCalls => true;

    public Task<string?> CheckAsync(DatasetsClient datasets, Caller caller, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public async IAsyncEnumerable<SourcedItem> ReadAsync(
        DatasetsClient datasets, Caller caller, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var index = 0;
        foreach (var selection in draw is null ? selections : await draw.ChooseAsync(selections, datasets, caller, cancellationToken))
        {
            await foreach (var call in datasets.ReadJsonAsync(caller, $"/v1/inferences/export?{selection}", cancellationToken))
            {
                if (CallItem.Read(call, condition, index) is not { } item)
                {
                    continue;
                }

                yield return item;
                if (++index == limit)
                {
                    yield break;
                }
            }
        }
    }
}
