using System.Text.Json.Nodes;

namespace LlmGateway.TestKit.Upstream;

/// <summary>Composes the responses API's object and events.</summary>
internal static class UpstreamResponses
{
    private const string ItemId = "msg_upstream";

    public static JsonObject Finished(UpstreamCall call, string text)
    {
        var response = Response(call, "completed", [Item("completed", text)]);
        if (call.UsageInPlain)
        {
            response["usage"] = new JsonObject
            {
                ["input_tokens"] = call.Script.InputTokens,
                ["input_tokens_details"] = new JsonObject { ["cached_tokens"] = 0, ["cache_write_tokens"] = 0 },
                ["output_tokens"] = call.Script.OutputTokens,
                ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = 0 },
                ["total_tokens"] = call.Script.InputTokens + call.Script.OutputTokens,
            };
        }
        return response;
    }

    public static IEnumerable<UpstreamFrame> Events(UpstreamCall call)
    {
        var number = 0;
        UpstreamFrame Event(string type, JsonObject data, bool carriesText = false)
        {
            data.Insert(0, "type", type);
            data["sequence_number"] = number++;
            return new UpstreamFrame($"event: {type}\ndata: {data.ToJsonString()}\n\n", carriesText);
        }

        var pieces = UpstreamStreams.Pieces(call).ToArray();
        var text = string.Concat(pieces);
        yield return Event("response.created", new JsonObject { ["response"] = Response(call, "in_progress", []) });
        yield return Event("response.in_progress", new JsonObject { ["response"] = Response(call, "in_progress", []) });
        yield return Event("response.output_item.added", new JsonObject
        {
            ["output_index"] = 0,
            ["item"] = Item("in_progress", null),
        });
        yield return Event("response.content_part.added", InPart("part", Part("")));
        foreach (var piece in pieces)
        {
            yield return Event("response.output_text.delta", InText("delta", piece), carriesText: true);
        }

        yield return Event("response.output_text.done", InText("text", text));
        yield return Event("response.content_part.done", InPart("part", Part(text)));
        yield return Event("response.output_item.done", new JsonObject
        {
            ["output_index"] = 0,
            ["item"] = Item("completed", text),
        });
        yield return Event("response.completed", new JsonObject { ["response"] = Finished(call, text) });
    }

    private static JsonObject Response(UpstreamCall call, string status, JsonArray output) => new()
    {
        ["id"] = call.ResponseId,
        ["object"] = "response",
        ["created_at"] = UpstreamAnswers.Created,
        ["status"] = status,
        ["error"] = null,
        ["incomplete_details"] = null,
        ["instructions"] = null,
        ["max_output_tokens"] = null,
        ["model"] = call.Model,
        ["output"] = output,
        ["parallel_tool_calls"] = true,
        ["previous_response_id"] = null,
        ["temperature"] = 1,
        ["text"] = new JsonObject { ["format"] = new JsonObject { ["type"] = "text" } },
        ["tool_choice"] = "auto",
        ["tools"] = new JsonArray(),
        ["top_p"] = 1,
        ["truncation"] = "disabled",
        ["metadata"] = new JsonObject(),
    };

    private static JsonObject Item(string status, string? text) => new()
    {
        ["id"] = ItemId,
        ["type"] = "message",
        ["status"] = status,
        ["role"] = "assistant",
        ["content"] = text is null ? new JsonArray() : new JsonArray(Part(text)),
    };

    private static JsonObject Part(string text) => new()
    {
        ["type"] = "output_text",
        ["text"] = text,
        ["annotations"] = new JsonArray(),
        ["logprobs"] = new JsonArray(),
    };

    private static JsonObject InPart(string name, JsonObject part) => new()
    {
        ["item_id"] = ItemId,
        ["output_index"] = 0,
        ["content_index"] = 0,
        [name] = part,
    };

    private static JsonObject InText(string name, string text) => new()
    {
        ["item_id"] = ItemId,
        ["output_index"] = 0,
        ["content_index"] = 0,
        [name] = text,
        ["logprobs"] = new JsonArray(),
    };
}
