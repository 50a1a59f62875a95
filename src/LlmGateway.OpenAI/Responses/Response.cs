using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmGateway.OpenAI;

/// <summary>The answer of <c>POST /v1/responses</c>.</summary>
public sealed record Response : WireObject
{
    public required string Id { get; init; }

    public string Object { get; set; } = "response";

    /// <summary>Unix seconds.</summary>
    public long CreatedAt { get; init; }

    /// <summary><c>completed</c>, <c>incomplete</c>, <c>failed</c>, <c>in_progress</c>, <c>cancelled</c> or <c>queued</c>.</summary>
    public string? Status { get; init; }

    public string? Model { get; init; }

    public required IReadOnlyList<ResponseItem> Output { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public JsonElement? Error { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public JsonElement? IncompleteDetails { get; init; }

    public string? PreviousResponseId { get; init; }

    public ResponseUsage? Usage { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>The text of all messages; empty when there is none.</summary>
    public string OutputText() => string.Concat(
        Output.SelectMany(item => item.Content ?? []).Where(part => part.Type == "output_text").Select(part => part.Text));
}

/// <summary>The tokens of a response.</summary>
public sealed record ResponseUsage : WireObject
{
    public long InputTokens { get; init; }

    public PromptTokensDetails? InputTokensDetails { get; init; }

    public long OutputTokens { get; init; }

    public CompletionTokensDetails? OutputTokensDetails { get; init; }

    public long TotalTokens { get; init; }
}
