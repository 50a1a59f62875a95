using LlmGateway.Contracts.Gateway;
using LlmGateway.Statistics;

namespace LlmGateway.Evaluation.Experiments;

/// <summary>What an earlier stage found.</summary>
/// <param name="Stage">From 1.</param>
/// <param name="Units">Of all its arms.</param>
/// <param name="Differences">Where both arms had enough values.</param>
internal sealed record PastStage(int Stage, long Units, IReadOnlyList<PastDifference> Differences)
{
    public static PastStage Of(RunningExperiment experiment, int stage, StageSums sums) => new(
        stage,
        sums.AllUnits,
        [
            .. from arm in experiment.Arms.Skip(1)
               from metric in MetricTest.Of(experiment).Select(test => test.Metric).Distinct()
               let difference = MeanDifference.Of(sums.Of(experiment.Arms[0].Name, metric), sums.Of(arm.Name, metric))
               where difference is not null
               select new PastDifference(arm.Name, metric, difference.Value.Value, difference.Value.Variance),
        ]);
}

/// <param name="Treatment">The arm.</param>
/// <param name="Metric">The metric.</param>
/// <param name="Value">The arm's mean less the control's.</param>
/// <param name="Variance">Of that.</param>
internal sealed record PastDifference(string Treatment, string Metric, double Value, double Variance);
