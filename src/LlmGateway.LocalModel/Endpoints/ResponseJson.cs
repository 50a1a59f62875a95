using System.Text.Json.Nodes;

namespace LlmGateway.LocalModel;

/// <summary>A response object in its states.</summary>
internal sealed class ResponseJson(string model, long created, Answer answer, int inputTokens, JsonObject settings)
{
    private readonly string _id = $"resp_{Guid.CreateVersion7():N}";

    public Answer Answer => answer;

    public string ItemId { get; } = $"{(answer.Call is null ? "msg" : "fc")}_{Guid.CreateVersion7():N}";

    public bool Incomplete => answer.FinishReason == "length";

    public JsonObject InProgress() => Json("in_progress", [], null);

    public JsonObject Finished() =>
        Json(Incomplete ? "incomplete" : "completed", [Item(finished: true)], UsageJson.Responses(inputTokens, answer.Tokens));

    public JsonObject Item(bool finished)
    {
        var status = !finished ? "in_progress" : Incomplete ? "incomplete" : "completed";
        if (answer.Call is { } call)
        {
            return new JsonObject
            {
                ["id"] = ItemId,
                ["type"] = "function_call",
                ["status"] = status,
                ["call_id"] = call.Id,
                ["name"] = call.Name,
                ["arguments"] = finished ? call.Arguments : "",
            };
        }

        return new JsonObject
        {
            ["id"] = ItemId,
            ["type"] = "message",
            ["status"] = status,
            ["role"] = "assistant",
            ["content"] = finished ? new JsonArray(Part(answer.Text)) : new JsonArray(),
        };
    }

    public static JsonObject Part(string text) =>
        new() { ["type"] = "output_text", ["text"] = text, ["annotations"] = new JsonArray(), ["logprobs"] = new JsonArray() };

    private JsonObject Json(string status, JsonNode[] output, JsonObject? usage)
    {
        var json = new JsonObject
        {
            ["id"] = _id,
            ["object"] = "response",
            ["created_at"] = created,
            ["status"] = status,
            ["error"] = null,
            ["incomplete_details"] = status == "incomplete" ? new JsonObject { ["reason"] = "max_output_tokens" } : null,
            ["model"] = model,
            ["output"] = new JsonArray(output),
        };
        if (usage is not null)
        {
            json["usage"] = usage;
        }

        foreach (var (name, value) in settings)
        {
            json[name] = value?.DeepClone();
        }

        return json;
    }
}
