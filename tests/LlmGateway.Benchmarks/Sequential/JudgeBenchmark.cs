using System.Globalization;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Evaluation.Tests.Experiments;

namespace LlmGateway.Benchmarks.Sequential;

/// <summary>
/// Whole canaries, simulated and decided on by the judge that decides on real ones: the goal is a rate of 0.8, the guardrails are failures
/// (0.02, margin 0.02) and latency (1 s ± 0.3 s, margin 0.1 s), alpha is 0.05 over all steps, metrics and looks.
/// </summary>
internal static class JudgeBenchmark
{
    private const int Experiments = 10_000;
    private const int CurveExperiments = 1000;
    private const int Exposures = 500;
    private const double Base = 0.8;
    private const double Loss = 0.1;
    private static readonly double[] Losses = [0, 0.02, 0.04, 0.06, 0.08, Loss, 0.15];

    public static bool Run() => RunLadders() & RunStep();

    /// <summary>Whole ladders; the gateway's own number of units a step is 100. An alarm holds a ladder up for good.</summary>
    private static bool RunLadders()
    {
        Console.WriteLine();
        Console.WriteLine("The judge, canaries 1 → 5 → 25 → 50 → 100 %, a look after every tenth unit of the treatment:");
        Console.WriteLine("| units a step | worse by | experiments | rolled back | promoted | alarms | the treatment's units until the end, median |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        var isRight = true;
        foreach (var (units, loss) in new[] { (Exposures, 0), (Exposures, 0.05), (Exposures, Loss), (100, 0), (100, 0.05), (100, Loss) })
        {
            var ends = Simulate(Canary(1, units), loss, loss == 0 ? Experiments : CurveExperiments, mostUnits: 8 * units, lookEvery: 10);
            var back = Share(ends, ExperimentAction.RollBack);
            Print($"| {units} | {loss:0.00} | {ends.Count} | {back:0.0000} | {Share(ends, ExperimentAction.Promote):0.0000} | {ends.Count(end => end.Alarms.Count > 0) / (double)ends.Count:0.0000} | {ends.Select(end => end.Treated).Order().ElementAt(ends.Count / 2)} |");
            isRight &= loss > 0 || back <= 0.05;
        }

        return isRight;
    }

    private static bool RunStep()
    {
        Console.WriteLine();
        Console.WriteLine("The same at the step of 5 % alone, a look after every second unit of the treatment, 500 at most:");
        Console.WriteLine("| worse by | experiments | rolled back | half within |");
        Console.WriteLine("|---|---|---|---|");
        var isRight = true;
        foreach (var loss in Losses)
        {
            var ends = Simulate(Canary(2, 2 * Exposures), loss, loss == Loss ? Experiments : CurveExperiments, Exposures, lookEvery: 2);
            var back = ends.Where(end => end.Decision?.Action == ExperimentAction.RollBack).Select(end => end.Treated).Order().ToArray();
            var half = back.Length > ends.Count / 2 ? back[ends.Count / 2].ToString(CultureInfo.InvariantCulture) : "–";
            Print($"| {loss:0.00} | {ends.Count} | {back.Length / (double)ends.Count:0.0000} | {half} |");
            isRight &= loss != Loss || back.Length >= 0.95 * ends.Count;
        }

        return isRight;
    }

    private static double Share(List<SimulatedEnd> ends, string action) => ends.Count(end => end.Decision?.Action == action) / (double)ends.Count;

    private static List<SimulatedEnd> Simulate(RunningExperiment canary, double loss, int experiments, int mostUnits, int lookEvery)
    {
        var simulated = new SimulatedExperiment(canary, (random, arm, metric) => Draw(random, metric, arm == 0 ? Base : Base - loss), lookEvery);
        return [.. Enumerable.Range(0, experiments).AsParallel().Select(seed => simulated.Run(seed, mostUnits))];
    }

    private static double Draw(Random random, string metric, double rate) => metric switch
    {
        ExperimentMetric.ErrorRate => random.NextDouble() < 0.02 ? 1 : 0,
        ExperimentMetric.Latency => 1000 + (300 * Math.Sqrt(12.0 / 3) * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5)),
        _ => random.NextDouble() < rate ? 1 : 0,
    };

    private static RunningExperiment Canary(int step, int minUnits) => SampleExperiments.Canary(
        step, minUnits, new ExperimentGuardrail(ExperimentMetric.ErrorRate, "min", 0.02, 0.05), new ExperimentGuardrail(ExperimentMetric.Latency, "min", 100, 100));

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
