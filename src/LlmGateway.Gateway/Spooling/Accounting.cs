using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Gateway.Spooling;

/// <summary>The small form of a record, which is kept even when the spool or the disk is full.</summary>
internal static class Accounting
{
    private const int MaxText = 256;
    private const int MaxMetadata = 2048;
    private const int MaxAttempts = 32;
    private const int MaxScores = 8;

    /// <summary>
    /// Who, what, when, how much: all of that stays. Texts of the caller are cut to 256 characters, metadata over
    /// 2,048 characters are left out, and only the first 8 scores and the first 32 attempts are kept, a prompt without its variables.
    /// Why the call went its way is left out.
    /// </summary>
    /// <param name="record">The whole record.</param>
    /// <param name="bodiesKept">False when its bodies are dropped.</param>
    public static InferenceRecord Of(InferenceRecord record, bool bodiesKept) => record with
    {
        BodiesKept = bodiesKept,
        RequestedModel = Cut(record.RequestedModel)!,
        BodyId = Cut(record.BodyId),
        EndUser = Cut(record.EndUser),
        EpisodeId = Cut(record.EpisodeId),
        ErrorCode = Cut(record.ErrorCode),
        FinishReason = Cut(record.FinishReason),
        Metadata = record.Metadata?.Sum(pair => pair.Key.Length + pair.Value.Length) > MaxMetadata ? null : record.Metadata,
        Prompt = record.Prompt is { } prompt ? prompt with { Variables = null } : null,
        Step = Cut(record.Step),
        Scores = record.Scores?.Count > MaxScores ? [.. record.Scores.Take(MaxScores)] : record.Scores,
        Explanation = null,
        Attempts = record.Attempts.Count > MaxAttempts ? [.. record.Attempts.Take(MaxAttempts)] : record.Attempts,
    };

    private static string? Cut(string? text) => text?.Length > MaxText ? text[..MaxText] : text;
}
