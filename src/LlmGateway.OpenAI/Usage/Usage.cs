namespace LlmGateway.OpenAI;

/// <summary>Tokens of a chat completion or a completion.</summary>
public sealed record Usage : WireObject
{
    public long PromptTokens { get; init; }

    public long CompletionTokens { get; init; }

    public long TotalTokens { get; init; }

    public PromptTokensDetails? PromptTokensDetails { get; init; }

    public CompletionTokensDetails? CompletionTokensDetails { get; init; }
}

/// <summary>Parts of <see cref="Usage.PromptTokens"/>; null is unknown.</summary>
public sealed record PromptTokensDetails : WireObject
{
    /// <summary>Tokens that the provider read from its own cache.</summary>
    public long? CachedTokens { get; init; }
}

/// <summary>Parts of <see cref="Usage.CompletionTokens"/>; null is unknown.</summary>
public sealed record CompletionTokensDetails : WireObject
{
    public long? ReasoningTokens { get; init; }
}
