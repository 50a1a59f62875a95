using System.Text.Json;

namespace LlmGateway.Evaluation.Experiments;

/// <summary>What watches keep as JSON.</summary>
internal static class ExperimentJson
{
    public static string Write<T>(T value) => JsonSerializer.Serialize(value, EvaluationJson.TypeInfo<T>());

    public static T Read<T>(string json) => JsonSerializer.Deserialize(json, EvaluationJson.TypeInfo<T>())!;
}
