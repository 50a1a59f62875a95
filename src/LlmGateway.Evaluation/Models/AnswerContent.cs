using System.Text.Json;
using LlmGateway.OpenAI;

namespace LlmGateway.Evaluation.Models;

/// <summary>What an answer says, whichever of OpenAI's two APIs it came by.</summary>
/// <param name="Text">Its words; empty where it only calls tools.</param>
/// <param name="ToolCalls">The tool calls in the form of chat completions; null for none.</param>
/// <param name="FinishReason">Why it ended, in the words of chat completions.</param>
internal sealed record AnswerContent(string Text, JsonElement? ToolCalls, string FinishReason)
{
    /// <summary>What a reasoning model tells of its thoughts; null for nothing.</summary>
    public string? ReasoningSummary { get; init; }

    /// <summary>Null for an answer without a choice.</summary>
    public static AnswerContent? Of(ChatCompletion completion) => completion.Choices is [var choice, ..]
        ? new AnswerContent(choice.Message.Text() ?? "", ToJson(choice.Message.ToolCalls), choice.FinishReason ?? "stop")
        : null;

    public static AnswerContent Of(Response response)
    {
        var calls = response.Output.Where(item => item.Type == "function_call")
            .Select(item => new ToolCall { Id = item.CallId, Type = "function", Function = new ToolFunction { Name = item.Name, Arguments = item.Arguments } })
            .ToList();
        return new AnswerContent(response.OutputText(), ToJson(calls), FinishOf(response, calls.Count > 0)) { ReasoningSummary = SummaryOf(response) };
    }

    private static JsonElement? ToJson(IReadOnlyList<ToolCall>? calls) =>
        calls is { Count: > 0 } ? JsonSerializer.SerializeToElement(calls, EvaluationJson.TypeInfo<IReadOnlyList<ToolCall>>()) : null;

    private static string FinishOf(Response response, bool callsTools) => response.Status != "incomplete" ? (callsTools ? "tool_calls" : "stop")
        : response.IncompleteDetails is { ValueKind: JsonValueKind.Object } details
            && details.TryGetProperty("reason", out var reason) && reason.ValueEquals("content_filter") ? "content_filter"
        : "length";

    private static string? SummaryOf(Response response)
    {
        var parts = response.Output.Where(item => item.Type == "reasoning" && item.Extra is not null)
            .SelectMany(item => item.Extra!.TryGetValue("summary", out var summary) && summary.ValueKind == JsonValueKind.Array ? summary.EnumerateArray() : [])
            .Select(part => part.ValueKind == JsonValueKind.Object && part.TryGetProperty("text", out var text) ? text.GetString() : null);
        return string.Join("\n", parts.OfType<string>()) is { Length: > 0 } all ? all : null;
    }
}
