using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmGateway.OpenAI;

/// <summary>The answer of <c>POST /v1/completions</c>, and the form of each event when it is streamed.</summary>
public sealed record Completion : WireObject
{
    public required string Id { get; init; }

    public string Object { get; set; } = "text_completion";

    /// <summary>Unix seconds.</summary>
    public long Created { get; init; }

    public string? Model { get; init; }

    public required IReadOnlyList<CompletionChoice> Choices { get; init; }

    public Usage? Usage { get; init; }

    public string? SystemFingerprint { get; init; }
}

/// <summary>One of a completion's texts.</summary>
public sealed record CompletionChoice : WireObject
{
    public int Index { get; init; }

    public required string Text { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public JsonElement? Logprobs { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? FinishReason { get; init; }
}
