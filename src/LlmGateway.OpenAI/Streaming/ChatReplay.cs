using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmGateway.OpenAI;

/// <summary>A chat choice as its chunks: role and the like, text in pieces, tool calls, finish reason.</summary>
internal static class ChatReplay
{
    /// <summary>A cached answer is there at once; pieces only keep single events small.</summary>
    private const int PieceLength = 1024;

    public static IEnumerable<JsonObject> Pieces(JsonObject choice)
    {
        var begin = choice["message"]?.DeepClone() as JsonObject ?? [];
        var text = begin["content"] is JsonValue content && content.GetValueKind() == JsonValueKind.String ? (string?)content : null;
        if (text is not null)
        {
            begin["content"] = "";
        }

        var calls = begin["tool_calls"] as JsonArray;
        if (calls is not null)
        {
            begin.Remove("tool_calls");
        }

        // Log probabilities belong to the text, so they stand with the first chunk whole.
        yield return Piece(begin, choice["logprobs"]?.DeepClone());
        foreach (var part in Split(text ?? ""))
        {
            yield return Piece(new JsonObject { ["content"] = part });
        }

        var index = 0;
        foreach (var call in calls?.OfType<JsonObject>() ?? [])
        {
            var numbered = (JsonObject)call.DeepClone();
            numbered["index"] = index++;
            yield return Piece(new JsonObject { ["tool_calls"] = new JsonArray(numbered) });
        }

        var end = Piece([]);
        foreach (var (name, value) in choice)
        {
            if (name is not ("message" or "logprobs" or "index"))
            {
                end[name] = value?.DeepClone();
            }
        }

        yield return end;
    }

    private static JsonObject Piece(JsonObject delta, JsonNode? logprobs = null) =>
        new() { ["delta"] = delta, ["logprobs"] = logprobs, ["finish_reason"] = null };

    internal static IEnumerable<string> Split(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = Math.Min(start + PieceLength, text.Length);
            if (end < text.Length && char.IsHighSurrogate(text[end - 1]))
            {
                end++;
            }

            yield return text[start..end];
            start = end;
        }
    }
}
