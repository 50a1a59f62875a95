namespace LlmGateway.OpenAI;

/// <summary>A call that the model wants made; in a stream, a piece of one.</summary>
public sealed record ToolCall : WireObject
{
    /// <summary>Position among the message's calls; only in a stream.</summary>
    public int? Index { get; init; }

    public string? Id { get; init; }

    /// <summary><c>function</c> or <c>custom</c>.</summary>
    public string? Type { get; init; }

    public ToolFunction? Function { get; init; }
}

/// <summary>The function of a <see cref="ToolCall"/>.</summary>
public sealed record ToolFunction : WireObject
{
    public string? Name { get; init; }

    /// <summary>JSON as the model wrote it: not sure to be valid.</summary>
    public string? Arguments { get; init; }
}
