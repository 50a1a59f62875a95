using LlmGateway.Evaluation.Comparisons;

namespace LlmGateway.Evaluation.Attributions;

/// <summary>What the changes were worth, over the items that have a score under every combination. Intervals are of 95 %.</summary>
/// <param name="Items">These items.</param>
/// <param name="LeftOut">Items that an error or abstention took out.</param>
/// <param name="Baseline">The mean score without changes.</param>
/// <param name="Stacked">The mean score with all of them.</param>
/// <param name="TotalEffect">The one less the other; the Shapley values add up to it.</param>
/// <param name="Changes">Each change's part, in the order of the stack.</param>
/// <param name="Interactions">Pairs of changes, the strongest first; empty where not all combinations were run.</param>
/// <param name="Ladder">The base, and then the changes one upon the other.</param>
internal sealed record AttributionResult(
    int Items,
    int LeftOut,
    Estimate Baseline,
    Estimate Stacked,
    Estimate TotalEffect,
    IReadOnlyList<ChangeEffects> Changes,
    IReadOnlyList<Interaction> Interactions,
    IReadOnlyList<Rung> Ladder);

/// <summary>What a change was worth. What the design did not run is null.</summary>
/// <param name="Name">The change.</param>
/// <param name="Kind">Its technique.</param>
/// <param name="LeaveOneOut">What the whole stack loses without it.</param>
/// <param name="AddOneIn">What the base gains by it alone.</param>
/// <param name="Shapley">Its share of the total effect.</param>
/// <param name="SamplingError">The share's standard error from orders that were not run; null where all were.</param>
/// <param name="P">Two-sided, by a sign-flip test of the share, or of what stands for it where there is none.</param>
/// <param name="AdjustedP">By Holm, over the changes.</param>
/// <param name="Verdict"><c>better</c>, <c>worse</c> or <c>no_difference_shown</c>, at 5 % of the adjusted p.</param>
/// <param name="CostUsd">The same share of what an item costs, in US dollars; null where that is unknown.</param>
/// <param name="LatencyMs">The same share of how long an item takes; null where that is unknown.</param>
internal sealed record ChangeEffects(
    string Name,
    string Kind,
    Estimate? LeaveOneOut,
    Estimate? AddOneIn,
    Estimate? Shapley,
    double? SamplingError,
    double P,
    double AdjustedP,
    string Verdict,
    Estimate? CostUsd,
    Estimate? LatencyMs);

/// <summary>How much more two changes are worth together than apart.</summary>
internal sealed record Interaction(string First, string Second, Estimate Effect);

/// <summary>A step of the ladder.</summary>
/// <param name="Name">The change that it adds; <c>base</c> for the first.</param>
/// <param name="Score">The mean score with all changes so far.</param>
/// <param name="Gain">That less the step below; null for the first.</param>
internal sealed record Rung(string Name, Estimate Score, Estimate? Gain);
