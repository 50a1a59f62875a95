using System.Text.Json.Nodes;

namespace LlmGateway.LocalModel;

/// <summary>A response object in its states.</summary>
internal sealed class ResponseJson
{
    private readonly string _id = $"resp_{Guid.CreateVersion7():N}";
    private readonly string _model;
    private readonly long _created;
    private readonly Answer _answer;
    private readonly int _inputTokens;
    private readonly JsonObject _settings;

    public ResponseJson(string model, long created, Answer answer, int inputTokens, JsonObject settings)
    {
        (_model, _created, _answer, _inputTokens, _settings) = (model, created, answer, inputTokens, settings);
        Items = answer.Calls.Count > 0 ? [.. answer.Calls.Select(call => new ResponseCall(call))] : [new ResponseMessage(answer)];
    }

    /// <summary>One message, or a call each.</summary>
    public IReadOnlyList<ResponseOutput> Items { get; }

    public bool Incomplete => _answer.FinishReason == "length";

    public JsonObject InProgress() => Json("in_progress", [], null);

    public JsonObject Finished() => Json(
        Incomplete ? "incomplete" : "completed", [.. Items.Select(item => item.Json(finished: true))], UsageJson.Responses(_inputTokens, _answer.Tokens));

    private JsonObject Json(string status, JsonNode[] output, JsonObject? usage)
    {
        var json = new JsonObject
        {
            ["id"] = _id,
            ["object"] = "response",
            ["created_at"] = _created,
            ["status"] = status,
            ["error"] = null,
            ["incomplete_details"] = status == "incomplete" ? new JsonObject { ["reason"] = "max_output_tokens" } : null,
            ["model"] = _model,
            ["output"] = new JsonArray(output),
        };
        if (usage is not null)
        {
            json["usage"] = usage;
        }

        foreach (var (name, value) in _settings)
        {
            json[name] = value?.DeepClone();
        }

        return json;
    }
}
