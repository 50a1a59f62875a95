namespace LlmGateway.OpenAI;

/// <summary>A model that can be called.</summary>
public sealed record Model : WireObject
{
    public required string Id { get; init; }

    public string Object { get; set; } = "model";

    /// <summary>Unix seconds; 0 when the provider does not say.</summary>
    public long Created { get; init; }

    public string OwnedBy { get; set; } = "";
}

/// <summary>The answer of <c>GET /v1/models</c>.</summary>
public sealed record ModelList
{
    public string Object { get; set; } = "list";

    public required IReadOnlyList<Model> Data { get; init; }
}
