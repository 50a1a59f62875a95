using System.Text.Json.Nodes;

namespace LlmGateway.LocalModel;

/// <summary>An item of a response's output.</summary>
internal abstract class ResponseOutput(string prefix)
{
    public string Id { get; } = $"{prefix}_{Guid.CreateVersion7():N}";

    /// <summary>The item as it is announced, or with its content.</summary>
    public abstract JsonObject Json(bool finished);

    /// <summary>The events between those that announce and finish the item.</summary>
    public abstract IEnumerable<JsonObject> Events(int index);

    protected JsonObject Event(string type, int index) => new() { ["type"] = type, ["item_id"] = Id, ["output_index"] = index };
}

internal sealed class ResponseMessage(Answer answer) : ResponseOutput("msg")
{
    public override JsonObject Json(bool finished) => new()
    {
        ["id"] = Id,
        ["type"] = "message",
        ["status"] = !finished ? "in_progress" : answer.FinishReason == "length" ? "incomplete" : "completed",
        ["role"] = "assistant",
        ["content"] = finished ? new JsonArray(Part(answer.Text)) : new JsonArray(),
    };

    public override IEnumerable<JsonObject> Events(int index)
    {
        yield return Content("response.content_part.added", index, "part", Part(""));
        foreach (var piece in answer.Pieces())
        {
            yield return Said("response.output_text.delta", index, "delta", piece);
        }

        yield return Said("response.output_text.done", index, "text", answer.Text);
        yield return Content("response.content_part.done", index, "part", Part(answer.Text));
    }

    private JsonObject Said(string type, int index, string field, string text)
    {
        var said = Content(type, index, field, text);
        said["logprobs"] = new JsonArray();
        return said;
    }

    private JsonObject Content(string type, int index, string field, JsonNode value)
    {
        var json = Event(type, index);
        json["content_index"] = 0;
        json[field] = value;
        return json;
    }

    private static JsonObject Part(string text) =>
        new() { ["type"] = "output_text", ["text"] = text, ["annotations"] = new JsonArray(), ["logprobs"] = new JsonArray() };
}

internal sealed class ResponseCall(ToolCall call) : ResponseOutput("fc")
{
    public override JsonObject Json(bool finished) => new()
    {
        ["id"] = Id,
        ["type"] = "function_call",
        ["status"] = finished ? "completed" : "in_progress",
        ["call_id"] = call.Id,
        ["name"] = call.Name,
        ["arguments"] = finished ? call.Arguments : "",
    };

    public override IEnumerable<JsonObject> Events(int index)
    {
        var delta = Event("response.function_call_arguments.delta", index);
        delta["delta"] = call.Arguments;
        yield return delta;
        var done = Event("response.function_call_arguments.done", index);
        done["name"] = call.Name;
        done["arguments"] = call.Arguments;
        yield return done;
    }
}
