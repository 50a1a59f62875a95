using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmGateway.OpenAI;

/// <summary>A model that can be called.</summary>
public sealed record Model
{
    public required string Id { get; init; }

    public string Object { get; init; } = "model";

    /// <summary>Unix seconds; 0 when the provider does not say.</summary>
    public long Created { get; init; }

    public string OwnedBy { get; init; } = "";

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Extra { get; init; }
}

/// <summary>The answer of <c>GET /v1/models</c>.</summary>
public sealed record ModelList
{
    public string Object { get; init; } = "list";

    public required IReadOnlyList<Model> Data { get; init; }
}
