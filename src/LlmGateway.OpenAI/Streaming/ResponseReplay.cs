using System.Buffers;
using System.Text.Json.Nodes;

namespace LlmGateway.OpenAI;

/// <summary>A response as its events, in OpenAI's order with sequence numbers.</summary>
internal sealed class ResponseReplay(ArrayBufferWriter<byte> target)
{
    private int _sequence;

    public void Write(JsonObject response)
    {
        var begun = (JsonObject)response.DeepClone();
        begun["status"] = "in_progress";
        begun["output"] = new JsonArray();
        begun["incomplete_details"] = null;
        begun.Remove("usage");
        begun.Remove("completed_at");
        Send("response.created", new() { ["response"] = begun.DeepClone() });
        Send("response.in_progress", new() { ["response"] = begun });
        var index = 0;
        foreach (var item in (response["output"] as JsonArray)?.OfType<JsonObject>() ?? [])
        {
            WriteItem(item, index++);
        }

        var status = (string?)response["status"];
        Send(status is "incomplete" or "failed" ? $"response.{status}" : "response.completed", new() { ["response"] = response.DeepClone() });
    }

    private void WriteItem(JsonObject item, int index)
    {
        var id = (string?)item["id"] ?? "";
        var begun = (JsonObject)item.DeepClone();
        begun["status"] = "in_progress";
        if (begun.ContainsKey("content"))
        {
            begun["content"] = new JsonArray();
        }

        if (begun.ContainsKey("arguments"))
        {
            begun["arguments"] = "";
        }

        Send("response.output_item.added", new() { ["output_index"] = index, ["item"] = begun });
        if ((string?)item["type"] == "function_call")
        {
            var arguments = (string?)item["arguments"] ?? "";
            Send("response.function_call_arguments.delta", new() { ["item_id"] = id, ["output_index"] = index, ["delta"] = arguments });
            Send("response.function_call_arguments.done", new()
            {
                ["item_id"] = id,
                ["output_index"] = index,
                ["name"] = item["name"]?.DeepClone(),
                ["arguments"] = arguments,
            });
        }

        var contentIndex = 0;
        foreach (var part in (item["content"] as JsonArray)?.OfType<JsonObject>() ?? [])
        {
            WritePart(part, id, index, contentIndex++);
        }

        Send("response.output_item.done", new() { ["output_index"] = index, ["item"] = item.DeepClone() });
    }

    private void WritePart(JsonObject part, string id, int index, int contentIndex)
    {
        JsonObject At() => new() { ["item_id"] = id, ["output_index"] = index, ["content_index"] = contentIndex };
        var begun = (JsonObject)part.DeepClone();
        var (member, kind) = (string?)part["type"] switch
        {
            "output_text" => ("text", "output_text"),
            "refusal" => ("refusal", "refusal"),
            _ => (null, ""),
        };
        if (member is not null)
        {
            begun[member] = "";
        }

        var added = At();
        added["part"] = begun;
        Send("response.content_part.added", added);
        if (member is not null)
        {
            var delta = At();
            delta["delta"] = part[member]?.DeepClone();
            var done = At();
            done[member] = part[member]?.DeepClone();
            if (member == "text")
            {
                delta["logprobs"] = new JsonArray();
                done["logprobs"] = new JsonArray();
            }

            Send($"response.{kind}.delta", delta);
            Send($"response.{kind}.done", done);
        }

        var ended = At();
        ended["part"] = part.DeepClone();
        Send("response.content_part.done", ended);
    }

    private void Send(string type, JsonObject data)
    {
        data["type"] = type;
        data["sequence_number"] = _sequence++;
        StreamReplayer.WriteEvent(target, data, type);
    }
}
