using System.Globalization;
using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Evaluation.Experiments;

/// <summary>
/// Takes calls from what is worse than it may be, whatever else is still needed or alarmed: back to the control where no treatment is left,
/// else by a weight of 0.
/// </summary>
internal static class HarmRule
{
    public static Ruling? Find(StageLook look, IReadOnlyList<ComparisonReport> comparisons)
    {
        var broken = comparisons.Where(comparison => comparison.Verdict == ComparisonVerdict.Worse && (look.IsCanary || comparison.Role == MetricTest.Guardrail)).ToList();
        if (broken.Count == 0)
        {
            return null;
        }

        var arms = broken.Select(comparison => comparison.Treatment).ToHashSet(StringComparer.Ordinal);
        var reason = string.Join(' ', broken.Select(Tell));
        return look.Treatments.All(arm => arms.Contains(arm.Name))
            ? new Ruling(ExperimentAction.RollBack, reason)
            : new Ruling(ExperimentAction.Reweigh, reason, Without(look, arms));
    }

    public static string Tell(ComparisonReport comparison) => comparison.RateP <= comparison.RateAlpha
        ? string.Create(CultureInfo.InvariantCulture, $"'{comparison.Treatment}' fails more often than the control (p = {comparison.RateP:0.######}), {Side(comparison)}.")
        : string.Create(
            CultureInfo.InvariantCulture,
            $"'{comparison.Treatment}' less the control is {comparison.Difference:0.####} [{comparison.Low:0.####}, {comparison.High:0.####}] by '{comparison.Metric}', {Side(comparison)}.");

    private static string Side(ComparisonReport comparison) => comparison.Verdict == ComparisonVerdict.Better ? "which is better"
        : comparison.Margin == 0 ? "which is worse"
        : string.Create(CultureInfo.InvariantCulture, $"which is worse by more than {comparison.Margin:0.####}");

    /// <summary>What they had goes to the others in proportion.</summary>
    private static Dictionary<string, double> Without(StageLook look, HashSet<string> arms)
    {
        var left = look.Experiment.Arms.Where(arm => !arms.Contains(arm.Name)).Sum(arm => arm.Weight);
        var weights = look.Experiment.Arms.ToDictionary(arm => arm.Name, arm => arms.Contains(arm.Name) ? 0 : Math.Round(arm.Weight / left, 4));
        // What rounding left over.
        weights[look.Control.Name] = Math.Round(1 - weights.Where(arm => arm.Key != look.Control.Name).Sum(arm => arm.Value), 4);
        return weights;
    }
}
