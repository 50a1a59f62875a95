using System.Globalization;
using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Evaluation.Experiments;

/// <summary>
/// Takes a canary up its steps. With all calls there is no control left to compare with, so that the last step below 1 is the last that is
/// judged, and after it comes the promotion.
/// </summary>
internal static class CanaryRule
{
    public static Ruling? Find(StageLook look, IReadOnlyList<string> waiting)
    {
        if (waiting.Count > 0 || look.Treatments is not [var treatment, ..])
        {
            return null;
        }

        var ended = string.Create(
            CultureInfo.InvariantCulture,
            $"'{treatment.Name}' was not worse at {100 * treatment.Weight:0.##} % of units, of which it had {look.Sums.Units(treatment.Name)}.");
        return NextWeights(look) is { } weights
            ? new Ruling(ExperimentAction.Advance, ended, weights)
            : new Ruling(ExperimentAction.Promote, ended, Winner: treatment.Name);
    }

    /// <summary>The next step that leaves the control a share; null where there is none.</summary>
    public static IReadOnlyDictionary<string, double>? NextWeights(StageLook look)
    {
        if (look.Treatments is not [var treatment, ..])
        {
            return null;
        }

        // A step that is as large as the weight but for rounding is the present one.
        var next = look.Experiment.Steps.FirstOrDefault(step => step > treatment.Weight + 1e-9, 1);
        return next >= 1 ? null : look.Experiment.Arms.ToDictionary(
            arm => arm.Name, arm => arm == look.Control ? Math.Round(1 - next, 6) : arm == treatment ? next : 0);
    }
}
