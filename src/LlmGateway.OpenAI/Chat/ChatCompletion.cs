using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmGateway.OpenAI;

/// <summary>The answer of <c>POST /v1/chat/completions</c>.</summary>
public sealed record ChatCompletion : WireObject
{
    public required string Id { get; init; }

    public string Object { get; set; } = "chat.completion";

    /// <summary>Unix seconds.</summary>
    public long Created { get; init; }

    public string? Model { get; init; }

    public required IReadOnlyList<ChatChoice> Choices { get; init; }

    /// <summary>Null when the provider did not say.</summary>
    public Usage? Usage { get; init; }

    public string? ServiceTier { get; init; }

    public string? SystemFingerprint { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}

/// <summary>One of a chat completion's answers.</summary>
public sealed record ChatChoice : WireObject
{
    public int Index { get; init; }

    public required ChatMessage Message { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public JsonElement? Logprobs { get; init; }

    /// <summary><c>stop</c>, <c>length</c>, <c>tool_calls</c> or <c>content_filter</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? FinishReason { get; init; }
}
