using System.Text.Json;
using LlmGateway.Datasets.Feedback;
using LlmGateway.Datasets.Inferences;
using LlmGateway.Datasets.StoredCompletions;

namespace LlmGateway.Datasets.Versions.Sources;

/// <summary>A logged chat completion as an item: what was asked, and the answer or, where there is one, its correction.</summary>
internal static class CallItem
{
    /// <summary>Members of a request that are part of what was asked.</summary>
    private static readonly string[] Kept = ["messages", "tools", "tool_choice", "parallel_tool_calls", "response_format"];

    /// <returns>Null if it cannot be an item.</returns>
    public static ItemDraft? TryRead(
        Inference call, InferenceBody? bodies, IReadOnlyDictionary<string, string> metadata, FeedbackRecord? demonstration, out string reason)
    {
        reason = "";
        using var request = StoredJson.Parse(BodyCodec.Unpack(bodies?.Request ?? []));
        if (request is null || ChatForm.MessagesOf(request.RootElement) is null || !CanonicalJson.IsUnicode(request.RootElement))
        {
            reason = DropCounts.UnreadableBody;
            return null;
        }

        if (ReadReference(call, bodies, demonstration) is not { } reference)
        {
            reason = DropCounts.NoOutput;
            return null;
        }

        return new ItemDraft
        {
            Input = JsonSerializer.SerializeToElement(
                request.RootElement.EnumerateObject().Where(member => Kept.Contains(member.Name)).ToDictionary(member => member.Name, member => member.Value),
                DatasetsJsonContext.Default.DictionaryStringJsonElement),
            Reference = ChatForm.Simplify(reference),
            Metadata = metadata.Count == 0 ? null : JsonSerializer.SerializeToElement(metadata.ToDictionary(), DatasetsJsonContext.Default.DictionaryStringString),
            EpisodeId = call.EpisodeId,
            InferenceId = call.Id,
            FeedbackId = demonstration?.Id,
        };
    }

    private static JsonElement? ReadReference(Inference call, InferenceBody? bodies, FeedbackRecord? demonstration)
    {
        if (demonstration is not null)
        {
            return JsonElement.Parse(demonstration.Text!);
        }

        using var answer = StoredJson.Parse(CompletionWriter.ReadAnswer(call, bodies));
        return answer is not null
            && answer.RootElement.TryGetProperty("choices", out var choices) && choices.ValueKind == JsonValueKind.Array && choices.GetArrayLength() > 0
            && choices[0].ValueKind == JsonValueKind.Object && choices[0].TryGetProperty("message", out var message) && HasOutput(message)
                ? message.Clone()
                : null;
    }

    private static bool HasOutput(JsonElement message) => ChatForm.IsMessage(message)
        && ((message.TryGetProperty("content", out var content) && content.ValueKind != JsonValueKind.Null) || message.TryGetProperty("tool_calls", out _))
        && CanonicalJson.IsUnicode(message);
}
