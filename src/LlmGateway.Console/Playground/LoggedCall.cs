using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Console.Prompts;

namespace LlmGateway.Console.Playground;

/// <summary>A call of the log.</summary>
public sealed record LoggedCall(
    string Id, string Operation, string RequestedModel, string? Model, int Status, string Outcome, double DurationMs, double? TimeToFirstTokenMs, long? InputTokens, long? OutputTokens,
    long? CachedInputTokens, long? ReasoningTokens, bool UsageEstimated, double? CostUsd, string Cache, JsonElement? Request)
{
    private static readonly string[] Own = ["model", "messages", "input", "instructions", "prompt", "stream", "stream_options", "tools", "response_format", "store", "metadata", "text"];

    /// <summary>Its request as a draft; null where its body was not kept, or is of another kind.</summary>
    public BenchDraft? ToDraft()
    {
        if (Request is not { ValueKind: JsonValueKind.Object } request || JsonObject.Create(request) is not { } whole)
        {
            return null;
        }

        var parameters = whole.DeepClone().AsObject();
        foreach (var name in Own)
        {
            parameters.Remove(name);
        }

        var messages = Messages(request).ToList();
        return messages.Count == 0 ? null : new BenchDraft { Messages = messages, Parameters = ChatParameters.Read(parameters, whole["tools"], whole["response_format"]) };
    }

    /// <summary>Those of chat completions, or what the responses API has in their place.</summary>
    private static IEnumerable<DraftMessage> Messages(JsonElement request)
    {
        if (request.TryGetProperty("messages", out var messages) && messages.ValueKind == JsonValueKind.Array)
        {
            return messages.EnumerateArray().Select(DraftMessage.Of);
        }

        var instructions = request.TryGetProperty("instructions", out var said) && said.ValueKind == JsonValueKind.String
            ? new[] { new DraftMessage { Role = "system", Content = said.GetString()! } } : [];
        return request.TryGetProperty("input", out var input) ? instructions.Concat(Input(input)) : instructions;
    }

    private static IEnumerable<DraftMessage> Input(JsonElement input) => input.ValueKind switch
    {
        JsonValueKind.String => [new DraftMessage { Content = input.GetString()! }],
        JsonValueKind.Array => input.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object && item.TryGetProperty("role", out _)).Select(DraftMessage.Of),
        _ => [],
    };
}
