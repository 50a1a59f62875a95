using LlmGateway.Contracts.Gateway;
using static LlmGateway.Evaluation.Tests.Experiments.SampleExperiments;

namespace LlmGateway.Evaluation.Tests.Experiments;

/// <summary>
/// Whole experiments by the judge itself, with fixed seeds. The benchmark <c>sequential</c> has ten thousand of them; these notice when the
/// judge is not what was measured.
/// </summary>
public sealed class ExperimentSimulationTests(ITestOutputHelper output)
{
    private const double Base = 0.8;
    private static readonly ExperimentGuardrail Errors = new(ExperimentMetric.ErrorRate, "min", 0.02, 0.05);

    [Fact]
    public void Equals_are_rolled_back_in_at_most_one_of_twenty_canaries_however_often_one_looks()
    {
        var ends = Simulate(Canary(2, 200, Errors) with { Steps = Steps[1..], Stage = 1 }, Base, experiments: 300, mostUnits: 5000, lookEvery: 5);
        var back = ends.Count(end => end.Decision!.Action == ExperimentAction.RollBack);
        output.WriteLine($"{back} of {ends.Count} are rolled back");
        Assert.InRange(back, 0, 0.05 * ends.Count);
        Assert.All(ends.Where(end => end.Decision!.Action != ExperimentAction.RollBack), end => Assert.Equal("new", end.Decision!.Winner));
    }

    [Fact]
    public void What_is_ten_points_worse_is_rolled_back_within_500_exposures_of_a_twentieth_in_19_of_20_canaries()
    {
        var ends = Simulate(Canary(2, 1000, Errors), Base - 0.1, experiments: 400, mostUnits: 500, lookEvery: 2);
        var back = ends.Count(end => end.Decision?.Action == ExperimentAction.RollBack);
        output.WriteLine($"{back} of {ends.Count} are rolled back");
        Assert.InRange(back, 0.95 * ends.Count, ends.Count);
    }

    [Fact]
    public void Equals_are_told_apart_in_at_most_one_of_twenty_adaptive_experiments()
    {
        var adaptive = Make(ExperimentAllocation.Adaptive, [], ("base", 0.5), ("new", 0.5)) with { MaxUnits = 3000 };
        var ends = Simulate(adaptive, Base, experiments: 200, mostUnits: int.MaxValue, lookEvery: 5);
        var wrong = ends.Count(end => end.Decision!.Action != ExperimentAction.Conclude);
        output.WriteLine($"{wrong} of {ends.Count} end otherwise");
        Assert.InRange(wrong, 0, 0.05 * ends.Count);
    }

    [Fact]
    public void What_is_ten_points_better_gets_most_calls_of_an_adaptive_experiment_and_is_promoted()
    {
        var adaptive = Make(ExperimentAllocation.Adaptive, [], ("base", 0.5), ("new", 0.5)) with { MaxUnits = 20_000 };
        var ends = Simulate(adaptive, Base + 0.1, experiments: 100, mostUnits: int.MaxValue, lookEvery: 5);
        Assert.InRange(ends.Count(end => end.Decision is { Action: ExperimentAction.Promote, Winner: "new" }), 95, 100);
        Assert.True(ends.Average(end => end.Experiment.Arms[1].Weight) > 0.7);
    }

    private static List<SimulatedEnd> Simulate(RunningExperiment experiment, double rate, int experiments, int mostUnits, int lookEvery)
    {
        var simulated = new SimulatedExperiment(experiment, (random, arm, metric) =>
            random.NextDouble() < (metric == ExperimentMetric.ErrorRate ? 0.02 : arm == 0 ? Base : rate) ? 1 : 0, lookEvery);
        return [.. Enumerable.Range(0, experiments).AsParallel().Select(seed => simulated.Run(seed, mostUnits))];
    }
}
