using System.Text.Json.Serialization;

namespace LlmGateway.Evaluation.Insights;

/// <summary>What an insight measures, kept as JSON.</summary>
/// <param name="Criteria">By which an item passes.</param>
/// <param name="Probes">All kinds, measured or not.</param>
/// <param name="Counts">The run's items by their verdict; null until they are chosen.</param>
/// <param name="Targets">The items that are probed, in the order in which the probes' runs have them; null until they are chosen.</param>
internal sealed record InsightPlan(
    IReadOnlyList<string> Criteria, IReadOnlyList<PlannedProbe> Probes, GradedCounts? Counts, IReadOnlyList<ProbeTarget>? Targets)
{
    /// <summary>The runs that measure.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> RunIds => [.. Probes.Where(probe => probe.Failure is null).Select(probe => probe.RunId).OfType<string>()];

    /// <summary>Items that fit into the budget.</summary>
    public int Affordable(int budget) => Probes.Count(probe => probe.RunId is not null && ProbeKind.CallsModel(probe.Kind)) is var asking and > 0
        ? budget / asking
        : int.MaxValue;
}

/// <summary>An item of the run in question.</summary>
/// <param name="OutputItemId">The output item's id.</param>
/// <param name="Index">The item's place in the run's data.</param>
/// <param name="IsControl">Whether it passed, so that a probe can break it.</param>
internal sealed record ProbeTarget(string OutputItemId, int Index, bool IsControl);

/// <summary>A run's items by their verdict.</summary>
/// <param name="Failed">Those that failed, or could not be graded for want of the format.</param>
/// <param name="Passed">Those that passed.</param>
/// <param name="NotJudged">Errors and abstentions: no part of any share.</param>
internal sealed record GradedCounts(int Failed, int Passed, int NotJudged)
{
    [JsonIgnore]
    public int Judged => Failed + Passed;
}
