using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmGateway.OpenAI;

/// <summary>Turns a plain answer into the stream that the same call would have given.</summary>
public static class StreamReplayer
{
    /// <param name="operation"><c>chat.completions</c>, <c>completions</c>, <c>responses</c> or <c>messages</c>.</param>
    /// <param name="json">The answer.</param>
    /// <param name="includeUsage">Whether the caller asked for usage by <c>stream_options</c>; responses and messages always tell it.</param>
    /// <exception cref="JsonException">The answer is not a JSON object.</exception>
    public static byte[] ToSse(string operation, ReadOnlySpan<byte> json, bool includeUsage)
    {
        var answer = JsonNode.Parse(json) as JsonObject ?? throw new JsonException("The answer is not a JSON object.");
        var target = new ArrayBufferWriter<byte>(Math.Max(256, json.Length * 2));
        if (operation == "responses")
        {
            new ResponseReplay(target).Write(answer);
        }
        else if (operation == "messages")
        {
            MessageReplay.Write(target, answer);
        }
        else
        {
            WriteChunks(target, operation == "chat.completions", answer, includeUsage);
            target.Write(SseWriter.Done);
        }

        return target.WrittenSpan.ToArray();
    }

    internal static void WriteEvent(ArrayBufferWriter<byte> target, JsonObject data, string? name = null) =>
        SseWriter.Write(target, WireNode.ToBytes(data), name);

    private static void WriteChunks(ArrayBufferWriter<byte> target, bool chat, JsonObject answer, bool includeUsage)
    {
        var tellUsage = includeUsage && answer["usage"] is not null;
        foreach (var choice in (answer["choices"] as JsonArray)?.OfType<JsonObject>() ?? [])
        {
            foreach (var piece in chat ? ChatReplay.Pieces(choice) : [(JsonObject)choice.DeepClone()])
            {
                var chunk = Envelope(answer, chat, tellUsage);
                piece["index"] = (int?)choice["index"] ?? 0;
                chunk["choices"] = new JsonArray(piece);
                WriteEvent(target, chunk);
            }
        }

        if (tellUsage)
        {
            var chunk = Envelope(answer, chat, nullUsage: false);
            chunk["choices"] = new JsonArray();
            chunk["usage"] = answer["usage"]!.DeepClone();
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
}
