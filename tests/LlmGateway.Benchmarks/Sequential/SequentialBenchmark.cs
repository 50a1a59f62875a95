using System.Globalization;
using LlmGateway.Statistics;

namespace LlmGateway.Benchmarks.Sequential;

/// <summary>
/// Experiments that are looked at after every call, simulated: how many of those between equals raise a false alarm, and beside it how
/// many of each worse rate are found, and how soon. The base rate is 0.8, the confidence 0.95, and the effect that is looked for 0.1. First
/// the sequence by itself, then the judge of experiments.
/// </summary>
internal static class SequentialBenchmark
{
    private const int Experiments = 10_000;
    private const int Exposures = 2000;
    private const double Base = 0.8;
    private const double Effect = 0.1;

    private static readonly double[] Shares = [0.05, 0.25, 0.5];
    private static readonly double[] Losses = [0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.15];

    public static int Run()
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Experiments} experiments each, a look after every call until the treatment has had {Exposures}; base rate {Base}, confidence 0.95"));
        Console.WriteLine("| share of the treatment | worse by | told apart | within 500 exposures | half within |");
        Console.WriteLine("|---|---|---|---|---|");
        var isRight = true;
        foreach (var share in Shares)
        {
            foreach (var loss in Losses)
            {
                var found = Enumerable.Range(0, Experiments).AsParallel().Select(seed => FirstFound(seed, share, Base - loss)).OfType<int>().Order().ToArray();
                var (part, soon) = (found.Length / (double)Experiments, found.Count(exposures => exposures <= 500) / (double)Experiments);
                var half = found.Length > Experiments / 2 ? found[Experiments / 2].ToString(CultureInfo.InvariantCulture) : "–";
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {share:0.00} | {loss:0.00} | {part:0.0000} | {soon:0.0000} | {half} |"));
                isRight &= loss > 0 || part <= 0.05;
                // The goal is a canary's, at its step of 5 %.
                isRight &= loss != Effect || share != Shares[0] || soon >= 0.95;
            }
        }

        isRight &= JudgeBenchmark.Run();
        Console.WriteLine(isRight ? "false alarms at most 0.05 and ten points found within 500 exposures in 0.95: met" : "a goal is missed");
        return isRight ? 0 : 1;
    }

    /// <returns>How many calls the treatment had when it was told apart; null if it was not.</returns>
    private static int? FirstFound(int seed, double share, double rate)
    {
        var random = new Random(seed);
        var (control, treatment) = (default(ArmSums), default(ArmSums));
        while (treatment.Count < Exposures)
        {
            var isTreated = random.NextDouble() < share;
            var value = random.NextDouble() < (isTreated ? rate : Base) ? 1 : 0;
            (control, treatment) = isTreated ? (control, treatment.Add(value)) : (control.Add(value), treatment);
            if (ConfidenceSequence.OfDifference(control, treatment, Effect) is { } interval && (interval.Low > 0 || interval.High < 0))
            {
                return (int)treatment.Count;
            }
        }

        return null;
    }
}
