using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmGateway.OpenAI;

/// <summary>One event of a streamed chat completion.</summary>
public sealed record ChatCompletionChunk : WireObject
{
    public required string Id { get; init; }

    public string Object { get; set; } = "chat.completion.chunk";

    /// <summary>Unix seconds, the same in every chunk.</summary>
    public long Created { get; init; }

    public string? Model { get; init; }

    /// <summary>Empty in the chunk that carries usage.</summary>
    public required IReadOnlyList<ChatChunkChoice> Choices { get; init; }

    public Usage? Usage { get; init; }

    public string? ServiceTier { get; init; }

    public string? SystemFingerprint { get; init; }
}

/// <summary>What a chunk adds to one choice.</summary>
public sealed record ChatChunkChoice : WireObject
{
    public int Index { get; init; }

    public required ChatDelta Delta { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public JsonElement? Logprobs { get; init; }

    /// <summary>Null until the choice's last chunk.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? FinishReason { get; init; }
}

/// <summary>A piece of a message.</summary>
public sealed record ChatDelta : WireObject
{
    /// <summary>Only in a choice's first chunk.</summary>
    public string? Role { get; init; }

    public string? Content { get; init; }

    public string? Refusal { get; init; }

    public IReadOnlyList<ToolCall>? ToolCalls { get; init; }
}
