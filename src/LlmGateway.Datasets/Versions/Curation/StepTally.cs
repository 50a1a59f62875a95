using System.Runtime.CompilerServices;
using System.Text.Json;

namespace LlmGateway.Datasets.Versions.Curation;

/// <summary>What one step took, changed and left out.</summary>
/// <param name="step">The step.</param>
/// <param name="place">Where it stands in the request.</param>
/// <param name="drops">Takes what is left out.</param>
internal sealed class StepTally(CurationStep step, string place, DropLog drops)
{
    private readonly SortedDictionary<string, int> _dropped = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _found = new(StringComparer.Ordinal);
    private int _taken;
    private int _changed;

    public string Field => place;

    public async IAsyncEnumerable<ItemDraft> CountAsync(IAsyncEnumerable<ItemDraft> drafts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var draft in drafts.WithCancellation(cancellationToken))
        {
            _taken++;
            yield return draft;
        }
    }

    /// <summary>Notes that something of a kind was found.</summary>
    public void Found(string kind, int count) => _found[kind] = _found.GetValueOrDefault(kind) + count;

    /// <summary>Does as a verdict says.</summary>
    /// <returns>The item that goes on; null if it is left out.</returns>
    public async ValueTask<ItemDraft?> TakeAsync(Verdict verdict, CancellationToken cancellationToken)
    {
        if (verdict.Reason is { } reason)
        {
            await DropAsync(verdict.Draft, reason, verdict.Detail, cancellationToken);
            return null;
        }

        _changed += verdict.IsChanged ? 1 : 0;
        return verdict.Draft;
    }

    public ValueTask DropAsync(ItemDraft draft, string reason, string? detail, CancellationToken cancellationToken)
    {
        _dropped[reason] = _dropped.GetValueOrDefault(reason) + 1;
        return drops.AddAsync(draft, step.Step!, reason, detail, cancellationToken);
    }

    public StepReport ToReport() => new(
        step.Step!,
        JsonSerializer.SerializeToElement(step with { Step = null }, step.GetType(), DatasetsJsonContext.Default),
        _taken,
        _taken - _dropped.Values.Sum(),
        _changed,
        _dropped,
        _found.Count == 0 ? null : _found);
}
