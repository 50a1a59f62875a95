namespace LlmGateway.Console.Retrieval;

/// <summary>How well a store is searched, by judged queries.</summary>
public sealed record RetrievalEvaluation(
    string Id, string Name, string VectorStoreId, string Status, double CreatedAt, EvaluationProgress Progress, IReadOnlyList<NamedSearch> Configurations, string Metric,
    EvaluationError? Error, EvaluationResult? Result)
{
    public bool IsOpen => Status is "queued" or "in_progress";
}

public sealed record EvaluationProgress(int Completed, int Total);

public sealed record EvaluationError(string Code, string Message);

public sealed record NamedSearch(string? Name, System.Text.Json.JsonElement Configuration);

/// <param name="Queries">Those with something to find.</param>
/// <param name="LeftOut">Those without.</param>
/// <param name="Configurations">Each one's means.</param>
/// <param name="Comparisons">Every pair.</param>
/// <param name="Conclusion">In words.</param>
public sealed record EvaluationResult(int Queries, int LeftOut, IReadOnlyList<SearchMeans> Configurations, IReadOnlyList<SearchComparison> Comparisons, string Conclusion);

public sealed record SearchMeans(string Name, IReadOnlyDictionary<string, MetricValue> Metrics, SearchLatency LatencyMs, double? CostUsd);

public sealed record MetricValue(double Value, double? Low, double? High);

public sealed record SearchLatency(double P50, double P95);

public sealed record SearchComparison(string Baseline, string Candidate, string Metric, double Difference, double? Low, double? High, double P, double PAdjusted, string Verdict);
