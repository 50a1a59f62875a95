using System.Text.Json;

namespace LlmGateway.OpenAI;

/// <summary>Body of <c>POST /v1/chat/completions</c>. What is null is the provider's default.</summary>
public sealed record ChatCompletionRequest : WireObject
{
    public required string Model { get; init; }

    public required IReadOnlyList<ChatMessage> Messages { get; init; }

    /// <summary>0 to 2.</summary>
    public double? Temperature { get; init; }

    /// <summary>0 to 1.</summary>
    public double? TopP { get; init; }

    /// <summary>Number of choices, 1 to 128.</summary>
    public int? N { get; init; }

    /// <summary>A string, or a list of up to four; see <see cref="StopSequences"/>.</summary>
    public JsonElement? Stop { get; init; }

    public bool? Stream { get; init; }

    public StreamOptions? StreamOptions { get; init; }

    /// <summary>The old name of <see cref="MaxCompletionTokens"/>.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Most tokens to generate, reasoning included.</summary>
    public int? MaxCompletionTokens { get; init; }

    public double? FrequencyPenalty { get; init; }

    public double? PresencePenalty { get; init; }

    public long? Seed { get; init; }

    public bool? Logprobs { get; init; }

    public int? TopLogprobs { get; init; }

    public IReadOnlyList<JsonElement>? Tools { get; init; }

    /// <summary><c>none</c>, <c>auto</c>, <c>required</c>, or an object naming a tool.</summary>
    public JsonElement? ToolChoice { get; init; }

    public bool? ParallelToolCalls { get; init; }

    public JsonElement? ResponseFormat { get; init; }

    public string? ReasoningEffort { get; init; }

    public string? ServiceTier { get; init; }

    /// <summary>The end user.</summary>
    public string? User { get; init; }

    /// <summary>Up to 16 tags of the caller.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    public bool? Store { get; init; }

    /// <summary>The sequences of <see cref="Stop"/>, whichever form it has.</summary>
    public IReadOnlyList<string> StopSequences() => WireText.Strings(Stop);
}

/// <summary>What a stream shall hold.</summary>
public sealed record StreamOptions : WireObject
{
    /// <summary>Whether a last chunk with usage is wanted.</summary>
    public bool? IncludeUsage { get; init; }
}
