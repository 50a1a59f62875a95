using System.Text.Json.Nodes;

namespace LlmGateway.LocalModel;

/// <summary>What a response repeats of its request, with OpenAI's value where the request says nothing.</summary>
internal static class ResponseSettings
{
    public static JsonObject Of(RequestBody body) => new()
    {
        ["instructions"] = Given(body, "instructions"),
        ["metadata"] = Given(body, "metadata") ?? new JsonObject(),
        ["temperature"] = Given(body, "temperature") ?? 1,
        ["top_p"] = Given(body, "top_p") ?? 1,
        ["parallel_tool_calls"] = Given(body, "parallel_tool_calls") ?? true,
        ["tool_choice"] = Given(body, "tool_choice") ?? "auto",
        ["tools"] = Tools(body),
    };

    /// <summary>A function's omitted members stand in the answer as what they mean.</summary>
    private static JsonArray Tools(RequestBody body)
    {
        var tools = Given(body, "tools")?.AsArray() ?? [];
        foreach (var tool in tools.OfType<JsonObject>())
        {
            tool.TryAdd("parameters", null);
            tool.TryAdd("strict", true);
        }

        return tools;
    }

    private static JsonNode? Given(RequestBody body, string name) =>
        body.Field(name) is { } value ? JsonNode.Parse(value.GetRawText()) : null;
}
