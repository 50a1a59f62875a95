using System.Text.Json;

namespace LlmGateway.OpenAI;

/// <summary>An item of a response's output: a message, a function call, or a kind that is kept in <c>Extra</c>.</summary>
public sealed record ResponseItem : WireObject
{
    /// <summary><c>message</c>, <c>function_call</c>, <c>reasoning</c> and so on.</summary>
    public required string Type { get; init; }

    public string? Id { get; init; }

    public string? Status { get; init; }

    /// <summary>Of a message: <c>assistant</c>.</summary>
    public string? Role { get; init; }

    /// <summary>Of a message.</summary>
    public IReadOnlyList<ResponseContent>? Content { get; init; }

    /// <summary>Of a function call: the id which its output must name.</summary>
    public string? CallId { get; init; }

    /// <summary>Of a function call.</summary>
    public string? Name { get; init; }

    /// <summary>Of a function call: JSON as the model wrote it, not sure to be valid.</summary>
    public string? Arguments { get; init; }
}

/// <summary>A part of a message.</summary>
public sealed record ResponseContent : WireObject
{
    /// <summary><c>output_text</c> or <c>refusal</c>.</summary>
    public required string Type { get; init; }

    public string? Text { get; init; }

    public string? Refusal { get; init; }

    public IReadOnlyList<JsonElement>? Annotations { get; init; }
}
