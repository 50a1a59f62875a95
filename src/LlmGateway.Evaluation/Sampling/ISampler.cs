using System.Text.Json;
using LlmGateway.Evaluation.Models;
using LlmGateway.Evaluation.Templates;

namespace LlmGateway.Evaluation.Sampling;

/// <summary>Brings about an item's sample.</summary>
internal interface ISampler
{
    /// <exception cref="ModelException">There is none, and why.</exception>
    /// <exception cref="TemplateException">The item has not what the request for it needs.</exception>
    Task<Sample?> SampleAsync(SourcedItem item, CancellationToken cancellationToken);
}

/// <summary>An item as its data source gave it.</summary>
/// <param name="Index">Its place, from 0.</param>
/// <param name="Item">The item.</param>
/// <param name="Recorded">The sample that came with it; null for none.</param>
internal sealed record SourcedItem(int Index, JsonElement Item, JsonElement? Recorded)
{
    /// <summary>Which of the item's samples is wanted, from 0.</summary>
    public int Repetition { get; init; }
}
