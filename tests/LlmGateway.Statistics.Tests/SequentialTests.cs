namespace LlmGateway.Statistics.Tests;

/// <summary>
/// Experiments that are looked at after every call, simulated with fixed seeds: how often equals are told apart, and how soon what is
/// worse is.
/// </summary>
public sealed class SequentialTests(ITestOutputHelper output)
{
    private const int Experiments = 10_000;
    private const double Base = 0.8;
    private const double Effect = 0.1;

    [Theory]
    [InlineData(0.5, 2000)]
    [InlineData(0.05, 4000)]
    public void Equals_are_told_apart_in_at_most_one_of_twenty_experiments_however_often_one_looks(double share, int calls)
    {
        var alarms = Enumerable.Range(0, Experiments).AsParallel().Count(seed => FirstAlarm(seed, Base, share, calls, interval => interval.Low > 0 || interval.High < 0) is not null);
        output.WriteLine($"share {share}: {alarms} of {Experiments} experiments raise a false alarm within {calls} calls");
        Assert.InRange((double)alarms / Experiments, 0.002, 0.05);
    }

    [Fact]
    public void What_is_ten_points_worse_is_known_within_500_calls_of_a_twentieth_in_19_of_20_experiments()
    {
        const int experiments = 2000;
        var found = Enumerable.Range(0, experiments).AsParallel().Select(seed => FirstAlarm(seed, Base - Effect, 0.05, 15_000, interval => interval.High < 0)).ToList();
        var within = found.Count(exposures => exposures <= 500);
        output.WriteLine($"{within} of {experiments} within 500 exposures, half of them within {found.Order().ElementAt(experiments / 2)}");
        Assert.InRange((double)within / experiments, 0.95, 1);
    }

    [Theory]
    [InlineData(0.7)]
    [InlineData(0.9)]
    public void The_true_difference_is_never_left_out_in_19_of_20_experiments(double rate)
    {
        const int experiments = 4000;
        var left = Enumerable.Range(0, experiments).AsParallel().Count(seed =>
            FirstAlarm(seed, rate, 0.2, 3000, interval => interval.Low > rate - Base || interval.High < rate - Base) is not null);
        output.WriteLine($"{left} of {experiments} leave {rate - Base:0.0} out");
        Assert.InRange((double)left / experiments, 0, 0.05);
    }

    [Fact]
    public void There_is_no_interval_of_few_values_or_of_equal_ones()
    {
        var (few, equal) = (new ArmSums(39, 10, 10), new ArmSums(100, 100, 100));
        Assert.Null(ConfidenceSequence.OfDifference(few, new ArmSums(100, 50, 50), Effect));
        Assert.Null(ConfidenceSequence.OfDifference(equal, equal, Effect));
        var interval = ConfidenceSequence.OfDifference(equal, new ArmSums(100, 50, 50), Effect)!.Value;
        Assert.Equal(-0.5, (interval.Low + interval.High) / 2, 12);
        Assert.True(interval.High < 0);
    }

    [Fact]
    public void Weights_that_are_kept_are_doubted_in_at_most_one_of_a_hundred_experiments_however_often_one_looks()
    {
        var alarms = Enumerable.Range(0, 2000).AsParallel().Count(seed => FirstDoubt(seed, 0.5, 3000) is not null);
        output.WriteLine($"{alarms} of 2000");
        Assert.InRange(alarms, 0, 20);
    }

    [Fact]
    public void A_loss_of_a_tenth_of_one_arm_is_noticed()
    {
        // 50 : 45 in place of 50 : 50.
        var found = Enumerable.Range(0, 200).AsParallel().Select(seed => FirstDoubt(seed, 45.0 / 95, 20_000)).ToList();
        Assert.DoesNotContain(null, found);
        output.WriteLine($"half within {found.Order().ElementAt(100)} calls");
    }

    [Fact]
    public void A_ratio_of_counts_is_the_bayes_factor_of_its_steps()
    {
        // Call by call the factor is the product of the predicted shares over the weights.
        var (factor, counts) = (1.0, new long[2]);
        foreach (var arm in new[] { 0, 1, 1, 1, 0, 1, 1 })
        {
            factor *= ((1000 * 0.5) + counts[arm]) / (1000 + counts.Sum()) / 0.5;
            counts[arm]++;
        }

        Assert.Equal(Math.Min(1, 1 / factor), SampleRatio.P(counts, [1, 1]), 10);
    }

    /// <returns>How many calls the treatment had then; null if there was none.</returns>
    private static int? FirstAlarm(int seed, double rate, double share, int calls, Func<Interval, bool> isWanted)
    {
        var random = new Random(seed);
        var (control, treatment) = (default(ArmSums), default(ArmSums));
        for (var call = 0; call < calls; call++)
        {
            if (random.NextDouble() < share)
            {
                treatment = treatment.Add(random.NextDouble() < rate ? 1 : 0);
            }
            else
            {
                control = control.Add(random.NextDouble() < Base ? 1 : 0);
            }

            if (ConfidenceSequence.OfDifference(control, treatment, Effect) is { } interval && isWanted(interval))
            {
                return (int)treatment.Count;
            }
        }

        return null;
    }

    private static int? FirstDoubt(int seed, double share, int calls)
    {
        var random = new Random(seed);
        var counts = new long[2];
        for (var call = 1; call <= calls; call++)
        {
            counts[random.NextDouble() < share ? 1 : 0]++;
            if (SampleRatio.P(counts, [0.5, 0.5]) < 0.01)
            {
                return call;
            }
        }

        return null;
    }
}
