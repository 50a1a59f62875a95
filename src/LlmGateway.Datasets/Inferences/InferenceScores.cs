using System.Text.Json;
using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Datasets.Inferences;

/// <summary>The gateway's findings about a call, as its row holds them.</summary>
internal static class InferenceScores
{
    /// <returns>A JSON array; null for none.</returns>
    public static string? ToJson(IReadOnlyList<InferenceScore>? scores) =>
        scores is null ? null : JsonSerializer.Serialize(scores, DatasetsJsonContext.Default.IReadOnlyListInferenceScore);

    public static IReadOnlyList<InferenceScore> Read(string? json) =>
        json is null ? [] : JsonSerializer.Deserialize(json, DatasetsJsonContext.Default.IReadOnlyListInferenceScore) ?? [];
}
