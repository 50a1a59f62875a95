using System.Text.Json.Nodes;

namespace LlmGateway.LocalModel;

/// <summary>A response as OpenAI's events, in OpenAI's order.</summary>
internal static class ResponseEvents
{
    public static async Task WriteAsync(EventStream events, ResponseJson response)
    {
        events.Start();
        var number = 0;
        foreach (var json in All(response))
        {
            json["sequence_number"] = number++;
            await events.WriteAsync(json, json["type"]!.GetValue<string>());
        }
    }

    private static IEnumerable<JsonObject> All(ResponseJson response)
    {
        yield return new JsonObject { ["type"] = "response.created", ["response"] = response.InProgress() };
        yield return new JsonObject { ["type"] = "response.in_progress", ["response"] = response.InProgress() };
        yield return new JsonObject { ["type"] = "response.output_item.added", ["output_index"] = 0, ["item"] = response.Item(finished: false) };
        foreach (var json in response.Answer.Call is { } call ? Call(response, call) : Text(response))
        {
            yield return json;
        }

        yield return new JsonObject { ["type"] = "response.output_item.done", ["output_index"] = 0, ["item"] = response.Item(finished: true) };
        yield return new JsonObject { ["type"] = response.Incomplete ? "response.incomplete" : "response.completed", ["response"] = response.Finished() };
    }

    private static IEnumerable<JsonObject> Call(ResponseJson response, ToolCall call)
    {
        yield return new JsonObject { ["type"] = "response.function_call_arguments.delta", ["item_id"] = response.ItemId, ["output_index"] = 0, ["delta"] = call.Arguments };
        yield return new JsonObject
        {
            ["type"] = "response.function_call_arguments.done",
            ["item_id"] = response.ItemId,
            ["output_index"] = 0,
            ["name"] = call.Name,
            ["arguments"] = call.Arguments,
        };
    }

    private static IEnumerable<JsonObject> Text(ResponseJson response)
    {
        yield return Content(response, "response.content_part.added", "part", ResponseJson.Part(""));
        foreach (var piece in response.Answer.Pieces())
        {
            yield return Said(response, "response.output_text.delta", "delta", piece);
        }

        yield return Said(response, "response.output_text.done", "text", response.Answer.Text);
        yield return Content(response, "response.content_part.done", "part", ResponseJson.Part(response.Answer.Text));
    }

    private static JsonObject Said(ResponseJson response, string type, string field, string text)
    {
        var said = Content(response, type, field, text);
        said["logprobs"] = new JsonArray();
        return said;
    }

    private static JsonObject Content(ResponseJson response, string type, string field, JsonNode value) =>
        new() { ["type"] = type, ["item_id"] = response.ItemId, ["output_index"] = 0, ["content_index"] = 0, [field] = value };
}
