using System.Text.Json;
using LlmGateway.Evaluation.Runs;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Calibrations.Labels;

/// <summary>What people said of a run's outputs.</summary>
internal interface IHumanLabels
{
    /// <summary>Whether a person passed the output; null where nobody judged it.</summary>
    /// <exception cref="ApiException">There is something that is no judgement (400, with the item's place).</exception>
    bool? Find(LabelledOutput output);
}

/// <summary>An output as labels are found for it.</summary>
/// <param name="Id">The output item's.</param>
/// <param name="Index">The item's place in the data.</param>
/// <param name="Item">The item.</param>
/// <param name="Results">What all testing criteria said of it.</param>
/// <param name="InferenceId">The call that gave it; null where none is known.</param>
internal sealed record LabelledOutput(string Id, int Index, JsonElement Item, IReadOnlyList<ItemResult> Results, string? InferenceId);
