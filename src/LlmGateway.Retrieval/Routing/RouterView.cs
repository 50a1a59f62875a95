using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.OpenAI;
using LlmGateway.Service;

namespace LlmGateway.Retrieval.Routing;

/// <summary>A router as the API shows it.</summary>
internal sealed record RouterView
{
    public string Object { get; } = "retrieval.router";

    public required string Id { get; init; }

    public required string Name { get; init; }

    public required long CreatedAt { get; init; }

    public required IReadOnlyList<Route> Routes { get; init; }

    /// <summary>The model that is asked; absent where a classifier was trained.</summary>
    public required string? Model { get; init; }

    /// <summary>Of the held-out examples; of all for a model, and absent where it was given none.</summary>
    public required RouterReport? Report { get; init; }

    public static RouterView Of(RetrievalRouter row) => new()
    {
        Id = row.Id,
        Name = row.Name,
        CreatedAt = UnixMicros.ToSeconds(row.CreatedAtMicros),
        Routes = row.ReadRoutes(),
        Model = row.Model,
        Report = row.Report is { } report ? JsonSerializer.Deserialize(report, RouterJsonContext.Default.RouterReport) : null,
    };
}

/// <summary>Where a query belongs.</summary>
/// <param name="Label">The route's label.</param>
/// <param name="VectorStoreId">Its vector store, or null.</param>
/// <param name="SourceId">Its structured source, or null; with neither the query needs no retrieval.</param>
/// <param name="Probabilities">Of each label, by a classifier; null where a model was asked.</param>
internal sealed record RouteView(string Label, string? VectorStoreId, string? SourceId, IReadOnlyDictionary<string, double>? Probabilities)
{
    public string Object { get; } = "retrieval.route";
}

/// <summary>What testing a router on other queries found.</summary>
internal sealed record RouterEvaluation(string RouterId, RouterReport Report)
{
    public string Object { get; } = "retrieval.router.evaluation";
}

/// <summary>JSON of routers: on the wire, and in their rows.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RouterRequest))]
[JsonSerializable(typeof(RouteRequest))]
[JsonSerializable(typeof(EvaluateRouterRequest))]
[JsonSerializable(typeof(IReadOnlyList<Route>))]
[JsonSerializable(typeof(RouterView))]
[JsonSerializable(typeof(ListPage<RouterView>))]
[JsonSerializable(typeof(RouterReport))]
[JsonSerializable(typeof(RouteView))]
[JsonSerializable(typeof(RouterEvaluation))]
[JsonSerializable(typeof(DeletedObject))]
internal sealed partial class RouterJsonContext : JsonSerializerContext;
