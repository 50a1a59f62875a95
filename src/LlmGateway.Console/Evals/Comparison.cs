using LlmGateway.Console.Parts;

namespace LlmGateway.Console.Evals;

/// <summary>Runs compared item by item with a baseline.</summary>
public sealed record Comparison(string Id, string EvalId, long CreatedAt, int Seed, string? Cluster, ComparedRun Baseline, IReadOnlyList<Candidate> Candidates);

/// <summary>A run and what it cost.</summary>
public sealed record ComparedRun(string RunId, string Name, string Model, int Items, int Errored, double? MeanLatencyMs, double? CostUsd, long? TotalTokens);

/// <summary>A run against the baseline.</summary>
public sealed record Candidate(ComparedRun Run, IReadOnlyList<CriterionComparison> Results, MeasureComparison? LatencyMs, MeasureComparison? CostUsd);

/// <summary>What two runs took, over the items for which it is known in both.</summary>
public sealed record MeasureComparison(int Pairs, int Unknown, double Baseline, double Candidate, Measured Difference);

/// <summary>A run against the baseline by one criterion.</summary>
public sealed record CriterionComparison(
    string TestingCriteria,
    string Kind,
    int Pairs,
    int? Clusters,
    LeftOutItems LeftOut,
    Measured Baseline,
    Measured Candidate,
    Measured Difference,
    string IntervalMethod,
    string Method,
    double? P,
    double? AdjustedP,
    Discordance? Counts,
    string Verdict,
    int? ItemsNeeded,
    double? DetectableDifference,
    ChangedItems Improvements,
    ChangedItems Regressions,
    MacroF1Comparison? MacroF1)
{
    public bool IsBetter => Verdict == "better";

    public bool IsWorse => Verdict == "worse";
}

/// <summary>Two runs as classifiers.</summary>
public sealed record MacroF1Comparison(double Baseline, double Candidate, Measured Difference);

/// <summary>Items without a pair of scores.</summary>
public sealed record LeftOutItems(int BaselineOnly, int CandidateOnly, int Errored, int Abstained)
{
    public int Count => BaselineOnly + CandidateOnly + Errored + Abstained;
}

/// <summary>Pairs by who passed.</summary>
public sealed record Discordance(int BothPassed, int OnlyBaselinePassed, int OnlyCandidatePassed, int NeitherPassed);

/// <summary>Items that changed, the largest changes first; the API names a hundred at most.</summary>
public sealed record ChangedItems(int Count, IReadOnlyList<ChangedItem> Items);

/// <summary>An item that changed.</summary>
public sealed record ChangedItem(int DatasourceItemId, string BaselineItemId, string CandidateItemId, double BaselineScore, double CandidateScore);
