using System.Text.Json;
using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Datasets.Inferences;

/// <summary>What was looked up for a call's request, as its row holds it.</summary>
internal static class InferenceRetrievals
{
    /// <returns>A JSON array; null for nothing.</returns>
    public static string? ToJson(IReadOnlyList<InferenceRetrieval>? retrieval) =>
        retrieval is null ? null : JsonSerializer.Serialize(retrieval, DatasetsJsonContext.Default.IReadOnlyListInferenceRetrieval);

    public static IReadOnlyList<InferenceRetrieval>? Read(string? json) =>
        json is null ? null : JsonSerializer.Deserialize(json, DatasetsJsonContext.Default.IReadOnlyListInferenceRetrieval);
}
