using System.Text.Json;
using LlmGateway.Console.Parts;

namespace LlmGateway.Console.Evals;

/// <summary>An item of a run, with its sample and grades.</summary>
public sealed record OutputItem(
    string Id, string RunId, string EvalId, string Status, int DatasourceItemId, JsonElement DatasourceItem, int Repetition, IReadOnlyList<ItemResult> Results, Sample? Sample)
{
    /// <summary>Its number as people count, and which of its samples it is where there are several.</summary>
    public string Place => Repetition == 0 ? Figures.Count(DatasourceItemId + 1) : $"{Figures.Count(DatasourceItemId + 1)} · {Figures.Count(Repetition + 1)}";

    /// <summary>What the item asks, as far as that can be told: its input, else the first of its texts.</summary>
    public string Asks => Preview.Of(
        DatasourceItem.ValueKind != JsonValueKind.Object ? DatasourceItem
        : DatasourceItem.TryGetProperty("input", out var input) ? input
        : DatasourceItem.EnumerateObject().Select(member => member.Value).Where(value => value.ValueKind == JsonValueKind.String).Append(DatasourceItem).First());
}

/// <summary>A grader's judgement; a score of null is an abstention or an error.</summary>
public sealed record ItemResult(string Name, string Type, double? Score, bool? Passed, string? Reason, Fault? Error, JsonElement? Details)
{
    /// <summary>As a status of items is named.</summary>
    public string Status => Error is not null ? "error" : Passed switch { true => "pass", false => "fail", null => "abstained" };
}

/// <summary>What the model said.</summary>
public sealed record Sample(
    JsonElement Input,
    IReadOnlyList<SampleMessage> Output,
    string FinishReason,
    string Model,
    SampleUsage? Usage,
    Fault? Error,
    JsonElement? OutputTools,
    string? InferenceId,
    double? CostUsd,
    double? LatencyMs,
    JsonElement? Retrieved)
{
    public string Text => string.Join('\n', Output.Select(message => message.Content));

    /// <summary>For a cell.</summary>
    public string Says => Error is { } error ? Preview.Of(error.Message) : Preview.Of(Text);
}

/// <summary>A message of a sample.</summary>
public sealed record SampleMessage(string Role, string Content);

/// <summary>Tokens of a sample.</summary>
public sealed record SampleUsage(long? TotalTokens, long? CompletionTokens, long? PromptTokens, long? CachedTokens);
