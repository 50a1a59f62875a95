using LlmGateway.Datasets.Versions;
using LlmGateway.Datasets.Versions.Exports;

namespace LlmGateway.Datasets.TrainingChecks;

/// <summary>What a model is to learn from: a file's line or a version's item.</summary>
/// <param name="Place">Such as <c>Line 8</c>.</param>
/// <param name="Content">What it says; null where it cannot be read.</param>
/// <param name="Fault">Why it cannot be trained on; null where it can.</param>
internal sealed record TrainingExample(string Place, ItemContent? Content, string? Fault)
{
    /// <summary>One that no version has, such as a file's line.</summary>
    public static TrainingExample Of(string place, ItemDraft draft) =>
        new(place, new ItemContent(new DatasetItem("", 0, draft with { Id = place }, null, [])), null);
}
