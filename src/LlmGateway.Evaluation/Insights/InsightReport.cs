using LlmGateway.Evaluation.Comparisons;

namespace LlmGateway.Evaluation.Insights;

/// <summary>What an insight found. Shares are of items, from 0 to 1; intervals are of 95 %. Null is unknown.</summary>
/// <param name="Summary">The answer in words.</param>
/// <param name="Counts">The run's items.</param>
/// <param name="Probed">Failed items that were probed.</param>
/// <param name="Controls">Items that passed and were probed too.</param>
/// <param name="Probes">What was measured, and what would have to be given for the rest.</param>
/// <param name="Groups">The failed items by why they failed, the most frequent first.</param>
/// <param name="Position">Where the application stands on the two axes; null where nothing was explained.</param>
/// <param name="NextSteps">What to try, the best first.</param>
internal sealed record InsightReport(
    string Summary,
    GradedCounts Counts,
    int Probed,
    int Controls,
    IReadOnlyList<ProbeResult> Probes,
    IReadOnlyList<FailureGroup> Groups,
    AxisPosition? Position,
    IReadOnlyList<NextStep> NextSteps);

/// <summary>Some items of a number of them, with Wilson's interval.</summary>
internal sealed record ItemShare(int Count, int Of, double? Value, double? Low, double? High);

/// <summary>A probe and what it measured.</summary>
/// <param name="Probe">One of <see cref="ProbeKind"/>.</param>
/// <param name="Status"><c>measured</c>, <c>not_measured</c> or <c>pending</c>.</param>
/// <param name="RunId">The eval run that measured it; null where none was needed.</param>
/// <param name="Needs">What to give so that it can be measured, or why it could not.</param>
/// <param name="Failed">Of the failed items: those that pass with it. For what only looks: those of which it is true.</param>
/// <param name="Controls">The same of the items that had passed.</param>
/// <param name="Gain">What the change is worth over all judged items of the run: what it repairs less what it breaks, against asking the same once more.</param>
internal sealed record ProbeResult(string Probe, string Status, string? RunId, string? Needs, ItemShare? Failed, ItemShare? Controls, Estimate? Gain);

/// <summary>Items that failed for one reason.</summary>
/// <param name="Label">One of <see cref="FailureLabel"/>.</param>
/// <param name="Axis"><c>context</c>, <c>behaviour</c> or <c>data</c>; null where no remedy is known.</param>
/// <param name="Share">Of the failed items that were probed.</param>
/// <param name="GainBound">By how much the pass rate would rise if every such item passed: no remedy of this cause is worth more.</param>
/// <param name="Examples">Output items of the run in question; the first few.</param>
internal sealed record FailureGroup(string Label, string? Axis, ItemShare Share, Estimate GainBound, IReadOnlyList<string> Examples);

/// <summary>How far an application has come on each axis: the share of judged items that do not fail for it. 1 is the end of the way.</summary>
/// <param name="Context">What the model needs to know.</param>
/// <param name="Behaviour">How it needs to act.</param>
internal sealed record AxisPosition(Estimate Context, Estimate Behaviour);

/// <summary>A technique to try.</summary>
/// <param name="Rank">From 1.</param>
/// <param name="Technique"><c>prompt</c>, <c>few_shot</c>, <c>retrieval</c>, <c>rerank</c>, <c>fine_tune</c> or <c>fix_data</c>.</param>
/// <param name="Axis">On which axis it acts.</param>
/// <param name="Verdict"><c>shown</c>: measured, and the interval is above zero; <c>not_shown</c>: measured, and it is not; <c>not_tried</c>: only bounded.</param>
/// <param name="ExpectedGain">Of the run's pass rate. Not tried, it lies between zero and what the cause is worth, and has no value.</param>
/// <param name="Broken">Items that had passed and fail with it; null where it was not tried.</param>
/// <param name="Reason">Why.</param>
/// <param name="Request">The request that tries it; null where something is missing for one.</param>
/// <param name="Needs">What is missing; null for nothing.</param>
internal sealed record NextStep(
    int Rank,
    string Technique,
    string Axis,
    string Verdict,
    Estimate ExpectedGain,
    ItemShare? Broken,
    string Reason,
    StepRequest? Request,
    string? Needs)
{
    public const string Shown = "shown";
    public const string NotShown = "not_shown";
    public const string NotTried = "not_tried";
}
