using LlmGateway.Datasets.Versions;
using LlmGateway.Datasets.Versions.Exports;
using LlmGateway.Datasets.Versions.Imports;

namespace LlmGateway.Datasets.TrainingChecks;

/// <summary>A way of training, with the form of examples that it takes.</summary>
/// <param name="Name">OpenAI's.</param>
/// <param name="Need">What an item must have.</param>
/// <param name="Parse">Reads a line of a file.</param>
internal sealed record TrainingMethod(string Name, ItemNeed Need, Func<byte[], int, ItemDraft> Parse)
{
    private static readonly TrainingMethod[] All =
    [
        new("supervised", ItemNeed.Supervised, OpenAILines.Supervised),
        new("dpo", ItemNeed.Preference, OpenAILines.Preference),
        new("reinforcement", ItemNeed.Reinforcement, OpenAILines.Reinforcement),
    ];

    /// <returns>Null if there is no such method.</returns>
    public static TrainingMethod? Find(string? name) => All.FirstOrDefault(method => method.Name == name);
}
