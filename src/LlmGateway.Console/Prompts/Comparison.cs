namespace LlmGateway.Console.Prompts;

/// <summary>Two runs item by item.</summary>
public sealed record Comparison(string Id, string EvalId, long CreatedAt, ComparedRun Baseline, IReadOnlyList<ComparedCandidate> Candidates);

public sealed record ComparedRun(string RunId, string Name, string Model, int Items, int Errored, double? MeanLatencyMs, double? CostUsd, long? TotalTokens);

public sealed record ComparedCandidate(ComparedRun Run, IReadOnlyList<CriterionComparison> Results, MeasureComparison? LatencyMs, MeasureComparison? CostUsd);

/// <summary>What two runs took, per item.</summary>
public sealed record MeasureComparison(int Pairs, double Baseline, double Candidate, Interval Difference);

/// <summary>An estimate with its 95 % interval.</summary>
public sealed record Interval(double? Value, double? Low, double? High);

/// <param name="TestingCriteria">The grader.</param>
/// <param name="Kind"><c>binary</c>, of which the figures are shares, or <c>numeric</c>.</param>
/// <param name="Pairs">Items that were compared.</param>
/// <param name="LeftOut">Items that were not.</param>
/// <param name="Baseline">Before.</param>
/// <param name="Candidate">With the change.</param>
/// <param name="Difference">The change's worth.</param>
/// <param name="Method">The test.</param>
/// <param name="AdjustedP">Two-sided, by Holm.</param>
/// <param name="Verdict"><c>better</c>, <c>worse</c> or <c>no_difference_shown</c>.</param>
/// <param name="ItemsNeeded">Items that would show a difference like this one.</param>
/// <param name="DetectableDifference">What so many items can show.</param>
/// <param name="Improvements">Items that got better.</param>
/// <param name="Regressions">Items that got worse.</param>
public sealed record CriterionComparison(
    string TestingCriteria, string Kind, int Pairs, LeftOutItems LeftOut, Interval Baseline, Interval Candidate, Interval Difference, string Method, double? AdjustedP,
    string Verdict, int? ItemsNeeded, double? DetectableDifference, ChangedItems Improvements, ChangedItems Regressions)
{
    public bool IsBetter => Verdict == "better";

    public bool IsWorse => Verdict == "worse";
}

public sealed record LeftOutItems(int BaselineOnly, int CandidateOnly, int Errored, int Abstained)
{
    public int Count => BaselineOnly + CandidateOnly + Errored + Abstained;
}

/// <param name="Count">All of them.</param>
/// <param name="Items">Those with the largest changes.</param>
public sealed record ChangedItems(int Count, IReadOnlyList<ChangedItem> Items);

public sealed record ChangedItem(int DatasourceItemId, string BaselineItemId, string CandidateItemId, double BaselineScore, double CandidateScore);
