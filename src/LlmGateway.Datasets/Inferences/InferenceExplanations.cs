using System.Text.Json;
using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Datasets.Inferences;

/// <summary>Why a call went its way, as its row holds it.</summary>
internal static class InferenceExplanations
{
    /// <returns>A JSON object; null where nothing was told.</returns>
    public static string? ToJson(InferenceExplanation? explanation) =>
        explanation is null ? null : JsonSerializer.Serialize(explanation, InferenceRecordJsonContext.Default.InferenceExplanation);

    public static InferenceExplanation? Read(string? json) =>
        json is null ? null : JsonSerializer.Deserialize(json, InferenceRecordJsonContext.Default.InferenceExplanation);
}
