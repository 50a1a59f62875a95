using System.Buffers;
using System.Text.Json.Nodes;

namespace LlmGateway.OpenAI;

/// <summary>An answer of Anthropic's as its events.</summary>
internal static class MessageReplay
{
    public static void Write(ArrayBufferWriter<byte> target, JsonObject message)
    {
        var begun = (JsonObject)message.DeepClone();
        begun["content"] = new JsonArray();
        begun["stop_reason"] = null;
        begun["stop_sequence"] = null;
        if (begun["usage"] is JsonObject usage)
        {
            usage["output_tokens"] = 0;
        }

        Send(target, new JsonObject { ["type"] = "message_start", ["message"] = begun });
        var index = 0;
        foreach (var block in (message["content"] as JsonArray)?.OfType<JsonObject>() ?? [])
        {
            WriteBlock(target, block, index++);
        }

        Send(target, new JsonObject
        {
            ["type"] = "message_delta",
            ["delta"] = new JsonObject { ["stop_reason"] = message["stop_reason"]?.DeepClone(), ["stop_sequence"] = message["stop_sequence"]?.DeepClone() },
            ["usage"] = message["usage"]?.DeepClone(),
        });
        Send(target, new JsonObject { ["type"] = "message_stop" });
    }

    private static void WriteBlock(ArrayBufferWriter<byte> target, JsonObject block, int index)
    {
        var begun = (JsonObject)block.DeepClone();
        var pieces = TakePieces(begun).ToList();
        Send(target, new JsonObject { ["type"] = "content_block_start", ["index"] = index, ["content_block"] = begun });
        foreach (var piece in pieces)
        {
            Send(target, new JsonObject { ["type"] = "content_block_delta", ["index"] = index, ["delta"] = piece });
        }

        Send(target, new JsonObject { ["type"] = "content_block_stop", ["index"] = index });
    }

    /// <summary>Takes out of a block what comes in pieces; blocks of other kinds come whole.</summary>
    private static List<JsonObject> TakePieces(JsonObject block)
    {
        var pieces = new List<JsonObject>();
        switch ((string?)block["type"])
        {
            case "text":
                foreach (var citation in (block["citations"] as JsonArray) ?? [])
                {
                    pieces.Add(new JsonObject { ["type"] = "citations_delta", ["citation"] = citation?.DeepClone() });
                }

                if (pieces.Count > 0)
                {
                    block["citations"] = new JsonArray();
                }

                pieces.AddRange(ChatReplay.Split(Take(block, "text")).Select(text => new JsonObject { ["type"] = "text_delta", ["text"] = text }));
                break;
            case "thinking":
                pieces.AddRange(ChatReplay.Split(Take(block, "thinking")).Select(text => new JsonObject { ["type"] = "thinking_delta", ["thinking"] = text }));
                pieces.Add(new JsonObject { ["type"] = "signature_delta", ["signature"] = Take(block, "signature") });
                break;
            case "tool_use" or "server_tool_use":
                pieces.Add(new JsonObject { ["type"] = "input_json_delta", ["partial_json"] = block["input"]?.ToJsonString() ?? "{}" });
                block["input"] = new JsonObject();
                break;
        }

        return pieces;
    }

    private static string Take(JsonObject block, string name)
    {
        var text = (string?)block[name] ?? "";
        block[name] = "";
        return text;
    }

    private static void Send(ArrayBufferWriter<byte> target, JsonObject data) => StreamReplayer.WriteEvent(target, data, (string?)data["type"]);
}
