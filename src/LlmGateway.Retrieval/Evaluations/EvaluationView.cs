using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.OpenAI;
using LlmGateway.Service;

namespace LlmGateway.Retrieval.Evaluations;

/// <summary>An evaluation as the API shows it.</summary>
internal sealed record EvaluationView
{
    public string Object { get; } = "retrieval.evaluation";

    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string VectorStoreId { get; init; }

    /// <summary><c>queued</c>, <c>in_progress</c>, <c>completed</c>, <c>failed</c> or <c>cancelled</c>.</summary>
    public required string Status { get; init; }

    public required long CreatedAt { get; init; }

    public required Progress Progress { get; init; }

    public required IReadOnlyList<NamedConfiguration> Configurations { get; init; }

    public required IReadOnlyList<int> K { get; init; }

    public required string Metric { get; init; }

    public required int Depth { get; init; }

    public required TuneRequest? Tune { get; init; }

    public required uint Seed { get; init; }

    public required WorkError? Error { get; init; }

    /// <summary>Absent until the end, and in lists.</summary>
    public required EvaluationResult? Result { get; init; }

    public static EvaluationView Of(RetrievalEvaluation row, bool withResult)
    {
        var plan = EvaluationPlan.Parse(row.Plan);
        return new()
        {
            Id = row.Id,
            Name = row.Name,
            VectorStoreId = row.VectorStoreId,
            Status = row.Status,
            CreatedAt = UnixMicros.ToSeconds(row.CreatedAtMicros),
            Progress = new Progress(row.Done, row.Queries),
            Configurations = plan.Configurations,
            K = plan.K,
            Metric = plan.Metric,
            Depth = plan.Depth,
            Tune = plan.Tune,
            Seed = plan.Seed,
            Error = row.ErrorMessage is { } message ? new WorkError(row.ErrorCode!, message) : null,
            Result = withResult && row.Result is { } result ? JsonSerializer.Deserialize(result, EvaluationJsonContext.Default.EvaluationResult) : null,
        };
    }
}

/// <param name="Completed">Steps that are done.</param>
/// <param name="Total">Steps in all.</param>
internal sealed record Progress(int Completed, int Total);

/// <summary>Why work failed.</summary>
internal sealed record WorkError(string Code, string Message);

/// <summary>A query of an evaluation as the API shows it.</summary>
/// <param name="Id">Its place, as a text: the cursor of the list.</param>
/// <param name="Query">The query, and what it should find.</param>
/// <param name="Results">By configuration; null until it was searched.</param>
internal sealed record EvaluationQueryView(string Id, JudgedQuery Query, IReadOnlyList<QueryResult>? Results)
{
    public static EvaluationQueryView Of(EvaluationQuery row, EvaluationPlan plan)
    {
        var outcomes = row.Outcomes is null ? null : JsonSerializer.Deserialize(row.Outcomes, EvaluationJsonContext.Default.IReadOnlyListSearchOutcome);
        return new(
            EvaluationEndpoints.CursorOf(row), JsonSerializer.Deserialize(row.Query, EvaluationJsonContext.Default.JudgedQuery)!,
            outcomes is null ? null : [.. plan.Searches().Zip(outcomes, (search, outcome) => QueryResult.Of(search.Name!, outcome, plan))]);
    }
}

/// <param name="Configuration">Its name.</param>
/// <param name="Metrics">By name; absent where there is nothing to find.</param>
/// <param name="RelevantRanks">Ranks of the relevant files that were found.</param>
/// <param name="FileIds">The first ten files.</param>
/// <param name="LatencyMs">How long the search took.</param>
/// <param name="CostUsd">What it cost; absent where a price is not known.</param>
internal sealed record QueryResult(
    string Configuration, IReadOnlyDictionary<string, double> Metrics, IReadOnlyList<int> RelevantRanks, IReadOnlyList<string> FileIds, double LatencyMs, decimal? CostUsd)
{
    public static QueryResult Of(string name, SearchOutcome outcome, EvaluationPlan plan) => new(
        name,
        plan.Metrics.Zip(outcome.Scores).Where(pair => pair.Second is not null).ToDictionary(pair => pair.First, pair => pair.Second!.Value),
        outcome.RelevantRanks, outcome.Files, outcome.LatencyMicros / 1000.0, outcome.CostUsd);
}

/// <summary>JSON of evaluations: on the wire, and in their rows.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EvaluationRequest))]
[JsonSerializable(typeof(EvaluationPlan))]
[JsonSerializable(typeof(EvaluationView))]
[JsonSerializable(typeof(ListPage<EvaluationView>))]
[JsonSerializable(typeof(ListPage<EvaluationQueryView>))]
[JsonSerializable(typeof(EvaluationResult))]
[JsonSerializable(typeof(JudgedQuery))]
[JsonSerializable(typeof(IReadOnlyList<SearchOutcome>))]
[JsonSerializable(typeof(DeletedObject))]
internal sealed partial class EvaluationJsonContext : JsonSerializerContext;
