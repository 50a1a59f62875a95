using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.OpenAI;
using LlmGateway.Retrieval.Evaluations;
using LlmGateway.Retrieval.Search;
using LlmGateway.Service;

namespace LlmGateway.Retrieval.Adapters;

/// <summary>What training and testing an adapter found.</summary>
/// <param name="TrainingPairs">Pairs that it learned from.</param>
/// <param name="ValidationPairs">Pairs that chose the epoch.</param>
/// <param name="HeldOutQueries">Queries that it was tested on, by real searches.</param>
/// <param name="BestEpoch">The epoch that was kept; 0 where none was better than no adapter.</param>
/// <param name="Epochs">Every epoch.</param>
/// <param name="Comparison">nDCG@10 of the held-out queries' files, with the adapter against without.</param>
/// <param name="Conclusion">In words.</param>
internal sealed record AdapterResult(
    int TrainingPairs, int ValidationPairs, int HeldOutQueries, int BestEpoch, IReadOnlyList<EpochResult> Epochs, AdapterComparison Comparison, string Conclusion);

/// <param name="Metric">What was compared.</param>
/// <param name="Without">The mean without the adapter.</param>
/// <param name="With">The mean with it.</param>
/// <param name="Difference">The second less the first.</param>
/// <param name="Low">Of the difference's BCa bootstrap interval at 95 %.</param>
/// <param name="High">The interval's upper end.</param>
/// <param name="P">Two-sided, by random signs.</param>
internal sealed record AdapterComparison(string Metric, double Without, double With, double Difference, double? Low, double? High, double P);

/// <summary>An adapter as the API shows it.</summary>
internal sealed record AdapterView
{
    public string Object { get; } = "retrieval.adapter";

    public required string Id { get; init; }

    public required string Name { get; init; }

    public required int Version { get; init; }

    public required string VectorStoreId { get; init; }

    /// <summary><c>queued</c>, <c>in_progress</c>, <c>accepted</c>, <c>rejected</c>, <c>failed</c> or <c>cancelled</c>.</summary>
    public required string Status { get; init; }

    public required long CreatedAt { get; init; }

    public required int Pairs { get; init; }

    /// <summary>Epochs.</summary>
    public required Progress Progress { get; init; }

    public required AdapterSettings Settings { get; init; }

    public required double Holdout { get; init; }

    public required SearchConfiguration Configuration { get; init; }

    public required uint Seed { get; init; }

    public required WorkError? Error { get; init; }

    /// <summary>Absent until the end.</summary>
    public required AdapterResult? Result { get; init; }

    public static AdapterView Of(RetrievalAdapter row)
    {
        var plan = JsonSerializer.Deserialize(row.Plan, AdapterJsonContext.Default.AdapterPlan)!;
        return new()
        {
            Id = row.Id,
            Name = row.Name,
            Version = row.Version,
            VectorStoreId = row.VectorStoreId,
            Status = row.Status,
            CreatedAt = UnixMicros.ToSeconds(row.CreatedAtMicros),
            Pairs = row.Pairs,
            Progress = new Progress(row.EpochsDone, plan.Settings.Epochs),
            Settings = plan.Settings,
            Holdout = plan.Holdout,
            Configuration = plan.Configuration,
            Seed = plan.Seed,
            Error = row.ErrorMessage is { } message ? new WorkError(row.ErrorCode!, message) : null,
            Result = row.Result is { } result ? JsonSerializer.Deserialize(result, AdapterJsonContext.Default.AdapterResult) : null,
        };
    }
}

/// <summary>JSON of adapters: on the wire, and in their rows.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AdapterRequest))]
[JsonSerializable(typeof(AdapterPlan))]
[JsonSerializable(typeof(IReadOnlyList<TrainingPair>))]
[JsonSerializable(typeof(AdapterView))]
[JsonSerializable(typeof(ListPage<AdapterView>))]
[JsonSerializable(typeof(AdapterResult))]
[JsonSerializable(typeof(DeletedObject))]
internal sealed partial class AdapterJsonContext : JsonSerializerContext;
