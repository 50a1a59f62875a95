using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;

namespace LlmGateway.OpenAI;

/// <summary>Turns a plain answer into the stream that the same call would have given.</summary>
public static class StreamReplayer
{
    /// <param name="operation"><c>chat.completions</c>, <c>completions</c> or <c>responses</c>.</param>
    /// <param name="json">The answer.</param>
    /// <param name="includeUsage">Whether the caller asked for usage by <c>stream_options</c>; responses always tell it.</param>
    public static byte[] ToSse(string operation, ReadOnlySpan<byte> json, bool includeUsage)
    {
        var answer = JsonNode.Parse(json)!.AsObject();
        var target = new ArrayBufferWriter<byte>(json.Length * 2);
        if (operation == "responses")
        {
            new ResponseReplay(target).Write(answer);
        }
        else
        {
            WriteChunks(target, operation, answer, includeUsage);
            target.Write(SseWriter.Done);
        }

        return target.WrittenSpan.ToArray();
    }

    internal static void WriteEvent(ArrayBufferWriter<byte> target, JsonObject data, string? name = null) =>
        SseWriter.Write(target, Encoding.UTF8.GetBytes(data.ToJsonString()), name);

    private static void WriteChunks(ArrayBufferWriter<byte> target, string operation, JsonObject answer, bool includeUsage)
    {
        var chat = operation == "chat.completions";
        foreach (var choice in answer["choices"]?.AsArray().OfType<JsonObject>() ?? [])
        {
            foreach (var piece in chat ? ChatPieces(choice) : [TextPiece(choice)])
            {
                var chunk = Envelope(answer, chat, includeUsage);
                piece["index"] = (int?)choice["index"] ?? 0;
                chunk["choices"] = new JsonArray(piece);
                WriteEvent(target, chunk);
            }
        }

        if (includeUsage)
        {
            var chunk = Envelope(answer, chat, false);
            chunk["choices"] = new JsonArray();
            chunk["usage"] = answer["usage"]?.DeepClone();
            WriteEvent(target, chunk);
        }
    }

    private static JsonObject Envelope(JsonObject answer, bool chat, bool nullUsage)
    {
        var chunk = new JsonObject();
        foreach (var (name, value) in answer)
        {
            if (name is not ("choices" or "usage" or "object"))
            {
                chunk[name] = value?.DeepClone();
            }
        }

        chunk["object"] = chat ? "chat.completion.chunk" : "text_completion";
        if (nullUsage)
        {
            chunk["usage"] = null;
        }

        return chunk;
    }

    private static JsonObject TextPiece(JsonObject choice) => (JsonObject)choice.DeepClone();

    /// <summary>The message with its role, whole, then the finish reason.</summary>
    private static IEnumerable<JsonObject> ChatPieces(JsonObject choice)
    {
        var delta = (JsonObject?)choice["message"]?.DeepClone() ?? [];
        if (delta["tool_calls"] is JsonArray calls)
        {
            for (var index = 0; index < calls.Count; index++)
            {
                calls[index]!["index"] = index;
            }
        }

        yield return new JsonObject { ["delta"] = delta, ["logprobs"] = choice["logprobs"]?.DeepClone(), ["finish_reason"] = null };
        yield return new JsonObject { ["delta"] = new JsonObject(), ["logprobs"] = null, ["finish_reason"] = choice["finish_reason"]?.DeepClone() };
    }
}
