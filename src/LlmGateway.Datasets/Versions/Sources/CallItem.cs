using System.Text.Json;
using LlmGateway.Datasets.Inferences;
using LlmGateway.Datasets.StoredCompletions;

namespace LlmGateway.Datasets.Versions.Sources;

/// <summary>A logged chat completion as an item: what was asked, and what of the call is its reference.</summary>
internal static class CallItem
{
    /// <summary>Members of a request that are part of what was asked.</summary>
    private static readonly string[] Kept = ["messages", "tools", "tool_choice", "parallel_tool_calls", "response_format"];

    /// <param name="call">The call.</param>
    /// <param name="output">One of <see cref="CallOutput"/>; null for the answer, or its correction.</param>
    /// <param name="reason">Why it cannot be an item.</param>
    /// <returns>Null if it cannot be one.</returns>
    public static ItemDraft? TryRead(LoadedCall call, string? output, out string reason)
    {
        reason = "";
        using var request = StoredJson.Parse(BodyCodec.Unpack(call.Bodies?.Request ?? []));
        if (request is null || ChatForm.MessagesOf(request.RootElement) is null || !CanonicalJson.IsUnicode(request.RootElement))
        {
            reason = DropCounts.UnreadableBody;
            return null;
        }

        var (reference, rejected) = ReadOutputs(call, output);
        reason = ReasonOf(output, reference, rejected) ?? "";
        return reason.Length > 0 ? null : new ItemDraft
        {
            Input = JsonSerializer.SerializeToElement(
                request.RootElement.EnumerateObject().Where(member => Kept.Contains(member.Name)).ToDictionary(member => member.Name, member => member.Value),
                DatasetsJsonContext.Default.DictionaryStringJsonElement),
            Reference = reference,
            Rejected = rejected,
            Metadata = call.Metadata.Count == 0 ? null : JsonSerializer.SerializeToElement(call.Metadata.ToDictionary(), DatasetsJsonContext.Default.DictionaryStringString),
            EpisodeId = call.Row.EpisodeId,
            EndUser = call.Row.EndUser,
            CalledAtMicros = call.Row.CreatedAtMicros,
            InferenceId = call.Row.Id,
            FeedbackId = output is null or CallOutput.Demonstration or CallOutput.Preference ? call.Demonstration?.Id : null,
        };
    }

    private static (JsonElement? Reference, JsonElement? Rejected) ReadOutputs(LoadedCall call, string? output) => output switch
    {
        CallOutput.None => (null, null),
        CallOutput.Demonstration => (ReadDemonstration(call), null),
        CallOutput.Preference => (ReadDemonstration(call), ReadAnswer(call)),
        null => (ReadDemonstration(call) ?? ReadAnswer(call), null),
        _ => (ReadAnswer(call), null),
    };

    private static string? ReasonOf(string? output, JsonElement? reference, JsonElement? rejected) => output switch
    {
        CallOutput.None => null,
        CallOutput.Preference when reference is { } better && rejected is { } worse => JsonElement.DeepEquals(better, worse) ? DropCounts.Tie : null,
        CallOutput.Preference => DropCounts.NoOutput,
        _ => reference is null ? DropCounts.NoOutput : null,
    };

    private static JsonElement? ReadDemonstration(LoadedCall call) =>
        call.Demonstration is { } demonstration ? ChatForm.Simplify(JsonElement.Parse(demonstration.Text!)) : null;

    private static JsonElement? ReadAnswer(LoadedCall call)
    {
        using var answer = StoredJson.Parse(CompletionWriter.ReadAnswer(call.Row, call.Bodies));
        return answer is not null
            && answer.RootElement.TryGetProperty("choices", out var choices) && choices.ValueKind == JsonValueKind.Array && choices.GetArrayLength() > 0
            && choices[0].ValueKind == JsonValueKind.Object && choices[0].TryGetProperty("message", out var message) && HasOutput(message)
                ? ChatForm.Simplify(message.Clone())
                : null;
    }

    private static bool HasOutput(JsonElement message) => ChatForm.IsMessage(message)
        && ((message.TryGetProperty("content", out var content) && content.ValueKind != JsonValueKind.Null) || message.TryGetProperty("tool_calls", out _))
        && CanonicalJson.IsUnicode(message);
}
