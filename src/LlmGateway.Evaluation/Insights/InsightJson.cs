using System.Text.Json;

namespace LlmGateway.Evaluation.Insights;

/// <summary>What insights keep as JSON.</summary>
internal static class InsightJson
{
    public static string Write<T>(T value) => JsonSerializer.Serialize(value, EvaluationJson.TypeInfo<T>());

    public static InsightPlan ReadPlan(string json) => Read<InsightPlan>(json);

    public static InsightReport ReadReport(string json) => Read<InsightReport>(json);

    public static Evidence ReadEvidence(string json) => Read<Evidence>(json);

    private static T Read<T>(string json) => JsonSerializer.Deserialize(json, EvaluationJson.TypeInfo<T>())!;
}
