using LlmGateway.Contracts.Datasets;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Evaluation.Experiments;
using LlmGateway.Statistics;

namespace LlmGateway.Evaluation.Tests.Experiments;

/// <summary>
/// An experiment whose calls are drawn, looked at by the judge itself as often as wanted, with its decisions carried out. Each call is a unit.
/// The benchmark <c>sequential</c> uses it too.
/// </summary>
/// <param name="start">The experiment at its start.</param>
/// <param name="draw">A value of a metric of an arm: the arm's place, the metric's name.</param>
/// <param name="lookEvery">Treatments' units between two looks.</param>
internal sealed class SimulatedExperiment(RunningExperiment start, Func<Random, int, string, double> draw, int lookEvery = 1)
{
    private readonly string[] _metrics = [.. MetricTest.Of(start).Select(test => test.Metric).Distinct()];

    /// <summary>Runs up to the end, or to a number of units that treatments were given.</summary>
    public SimulatedEnd Run(int seed, int mostUnits)
    {
        var random = new Random(seed);
        var experiment = start;
        var past = new List<PastStage>();
        var (treated, alarms) = (0, new HashSet<string>());
        while (true)
        {
            var stage = new SimulatedStage(experiment.Arms, _metrics);
            ExperimentDecision? decision = null;
            while (decision is null or { Action: ExperimentAction.Alarm })
            {
                if (treated >= mostUnits)
                {
                    return new SimulatedEnd(null, treated, experiment, alarms);
                }

                var isTreated = stage.Expose(random, draw);
                treated += isTreated ? 1 : 0;
                if (isTreated && treated % lookEvery == 0)
                {
                    var look = new StageLook(experiment, stage.Sums(), past, alarms, DateTimeOffset.UnixEpoch.AddDays(20_000));
                    decision = ExperimentJudge.Judge(look).Decision;
                    if (decision?.Action == ExperimentAction.Alarm)
                    {
                        alarms.Add((string)decision.Evidence["kind"]!);
                    }
                }
            }

            if (decision.Weights is not { } weights)
            {
                return new SimulatedEnd(decision, treated, experiment, alarms);
            }

            past.Add(PastStage.Of(experiment, experiment.Stage, stage.Sums()));
            experiment = experiment with
            {
                Stage = experiment.Stage + 1,
                Version = experiment.Version + 1,
                Arms = [.. experiment.Arms.Select(arm => arm with { Weight = weights[arm.Name] })],
            };
        }
    }
}

/// <param name="Decision">What ended it; null for nothing.</param>
/// <param name="Treated">Units that treatments were given.</param>
/// <param name="Experiment">As it was then.</param>
/// <param name="Alarms">Alarms that were raised.</param>
internal sealed record SimulatedEnd(ExperimentDecision? Decision, int Treated, RunningExperiment Experiment, IReadOnlyCollection<string> Alarms);

/// <summary>One stage's values so far.</summary>
internal sealed class SimulatedStage(IReadOnlyList<ExperimentArm> arms, string[] metrics)
{
    private readonly ArmSums[] _sums = new ArmSums[arms.Count * 2 * metrics.Length];
    private readonly long[] _units = new long[arms.Count * 2];

    /// <summary>One more call.</summary>
    /// <returns>Whether a treatment was given it.</returns>
    public bool Expose(Random random, Func<Random, int, string, double> draw)
    {
        var (arm, left) = (0, random.NextDouble() - arms[0].Weight);
        while (left >= 0 && arm < arms.Count - 1)
        {
            arm++;
            left -= arms[arm].Weight;
        }

        var half = (arm * 2) + random.Next(2);
        _units[half]++;
        for (var metric = 0; metric < metrics.Length; metric++)
        {
            ref var sums = ref _sums[(half * metrics.Length) + metric];
            sums = sums.Add(draw(random, arm, metrics[metric]));
        }

        return arm > 0;
    }

    public StageSums Sums() => new(new ExposureSums([.. Enumerable.Range(0, _units.Length).Select(half => new ExposureArm(
        arms[half / 2].Name, half % 2, _units[half], _units[half], [.. metrics.Select((metric, place) => Tell(metric, _sums[(half * metrics.Length) + place]))]))]));

    private static ExposureMetric Tell(string metric, ArmSums sums) => new(metric, sums.Count, sums.Sum, sums.Squares);
}
