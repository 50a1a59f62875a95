using System.Text.Json;

namespace LlmGateway.Evaluation.Graders.Scripts;

/// <summary>What a caller's script answered.</summary>
internal static class ScriptAnswer
{
    public const double MaxScore = 1e9;
    private const int MaxReasonLength = 2000;

    /// <param name="json">A number, true or false, null to abstain, or <c>{"score", "passed"?, "reason"?}</c>; null for no answer at all.</param>
    /// <param name="threshold">The score that passes, where the script does not say.</param>
    public static Grade Read(string? json, double threshold)
    {
        if (json is null)
        {
            return Grade.Failed("The script answered nothing; null abstains.");
        }

        var answer = JsonText.Parse(json);
        if (answer.ValueKind != JsonValueKind.Object)
        {
            return Scored(answer, null, null, threshold);
        }

        if (!answer.TryGetProperty("score", out var score))
        {
            return Unreadable(answer);
        }

        bool? passed = answer.TryGetProperty("passed", out var verdict) && verdict.ValueKind is JsonValueKind.True or JsonValueKind.False ? verdict.GetBoolean() : null;
        var reason = answer.TryGetProperty("reason", out var why) && why.ValueKind == JsonValueKind.String ? why.GetString()! : null;
        return Scored(score, passed, reason?[..Math.Min(reason.Length, MaxReasonLength)], threshold);
    }

    private static Grade Scored(JsonElement score, bool? passed, string? reason, double threshold) => score.ValueKind switch
    {
        JsonValueKind.Null => Grade.Abstained(reason),
        JsonValueKind.True or JsonValueKind.False => Grade.Binary(score.GetBoolean(), reason),
        JsonValueKind.Number when Math.Abs(score.GetDouble()) <= MaxScore => Grade.Scored(score.GetDouble(), passed ?? score.GetDouble() >= threshold, reason),
        _ => Unreadable(score),
    };

    private static Grade Unreadable(JsonElement answer) =>
        Grade.Failed($"The script's answer is no score: {JsonFields.Shortened(answer.GetRawText())}");
}
