using LlmGateway.Evaluation.Comparisons;

namespace LlmGateway.Evaluation.Gates;

/// <summary>Runs held against rules. Intervals are of 95 %; the seed chose the resamples.</summary>
/// <param name="Id">Begins with <c>evalgate_</c>.</param>
/// <param name="Object"><c>eval.gate</c>.</param>
/// <param name="EvalId">The eval.</param>
/// <param name="CreatedAt">Unix seconds.</param>
/// <param name="Seed">Chose the resamples.</param>
/// <param name="Cluster">The reference by which items belong together; null where every item stands alone.</param>
/// <param name="BaselineRunId">The run to be no worse than; null for none.</param>
/// <param name="Verdict">The worst of the runs' verdicts: <c>fail</c>, <c>inconclusive</c> or <c>pass</c>.</param>
/// <param name="ItemsMissing">The most that a run is missing; null where that is unknown or nothing is missing.</param>
/// <param name="Warnings">What a reader should know, such as a judge that was never held against people.</param>
/// <param name="Runs">Each run's verdict.</param>
internal sealed record GateView(
    string Id,
    string Object,
    string EvalId,
    long CreatedAt,
    int Seed,
    string? Cluster,
    string? BaselineRunId,
    string Verdict,
    int? ItemsMissing,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<GatedRun> Runs);

/// <summary>A run's verdict: the worst of its rules'.</summary>
internal sealed record GatedRun(ComparedRun Run, string Verdict, int? ItemsMissing, IReadOnlyList<RuleResult> Rules);

/// <summary>What came of a rule.</summary>
/// <param name="Type">The rule's type.</param>
/// <param name="TestingCriterion">By whose scores; null for all graders together, or none.</param>
/// <param name="Requirement">What the rule asks, in words.</param>
/// <param name="Verdict"><c>pass</c>, <c>fail</c> or <c>inconclusive</c>.</param>
/// <param name="Measured">The figure that was held against the rule.</param>
/// <param name="Items">Items that it is of.</param>
/// <param name="ItemsMissing">
/// If inconclusive, how many more items would decide it at this rate, or how many items have no result; null if that is
/// unknown, and if the rule is decided.
/// </param>
/// <param name="Reason">Why, in a sentence.</param>
/// <param name="Failed">The first hundred items that break the rule; empty for rules that are about all items together.</param>
internal sealed record RuleResult(
    string Type,
    string? TestingCriterion,
    string Requirement,
    string Verdict,
    Estimate Measured,
    int Items,
    int? ItemsMissing,
    string Reason,
    IReadOnlyList<GatedItem> Failed);

/// <summary>An item by its place in the data and its output item's id.</summary>
internal sealed record GatedItem(int DatasourceItemId, string OutputItemId);

/// <summary>The answer to a gate's deletion.</summary>
internal sealed record DeletedGate(string Id, string Object = "eval.gate.deleted", bool Deleted = true);
