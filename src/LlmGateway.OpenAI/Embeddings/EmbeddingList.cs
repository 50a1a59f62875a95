namespace LlmGateway.OpenAI;

/// <summary>The answer of <c>POST /v1/embeddings</c>.</summary>
public sealed record EmbeddingList : WireObject
{
    public string Object { get; set; } = "list";

    public required IReadOnlyList<Embedding> Data { get; init; }

    public string? Model { get; init; }

    public EmbeddingUsage? Usage { get; init; }
}

/// <summary>The tokens of an embedding call.</summary>
public sealed record EmbeddingUsage : WireObject
{
    public long PromptTokens { get; init; }

    public long TotalTokens { get; init; }
}
