using System.Text.Json;

namespace LlmGateway.OpenAI;

/// <summary>Body of <c>POST /v1/responses</c>. What is null is the provider's default.</summary>
public sealed record ResponseRequest : WireObject
{
    public string? Model { get; init; }

    /// <summary>A string, or a list of items.</summary>
    public JsonElement? Input { get; init; }

    public string? Instructions { get; init; }

    public string? PreviousResponseId { get; init; }

    /// <summary>Most tokens to generate, reasoning included.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>0 to 2.</summary>
    public double? Temperature { get; init; }

    /// <summary>0 to 1.</summary>
    public double? TopP { get; init; }

    public IReadOnlyList<JsonElement>? Tools { get; init; }

    public JsonElement? ToolChoice { get; init; }

    public JsonElement? Text { get; init; }

    public JsonElement? Reasoning { get; init; }

    public bool? Stream { get; init; }

    /// <summary>True at OpenAI when absent.</summary>
    public bool? Store { get; init; }

    public string? User { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}
