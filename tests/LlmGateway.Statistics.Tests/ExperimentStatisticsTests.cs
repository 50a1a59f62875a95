namespace LlmGateway.Statistics.Tests;

/// <summary>What experiments are decided by, beside confidence sequences.</summary>
public sealed class ExperimentStatisticsTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(0.1, 0)]
    [InlineData(0.02, 0)]
    [InlineData(0.02, 0.02)]
    public void A_rate_that_is_not_above_the_margin_is_doubted_in_at_most_one_of_twenty_experiments_however_often_one_looks(double rate, double margin)
    {
        const int experiments = 1000;
        var alarms = Enumerable.Range(0, experiments).AsParallel().Count(seed => FirstExcess(seed, rate, rate + margin, margin, 2000) is not null);
        output.WriteLine($"{alarms} of {experiments}");
        Assert.InRange((double)alarms / experiments, 0, 0.05);
    }

    [Fact]
    public void A_treatment_that_fails_half_of_the_time_is_known_within_some_ten_calls()
    {
        var found = Enumerable.Range(0, 400).AsParallel().Select(seed => FirstExcess(seed, 0.02, 0.5, 0.02, 20_000)).ToList();
        Assert.DoesNotContain(null, found);
        Assert.InRange(found.Order().ElementAt(380)!.Value, 3, 40);
    }

    [Fact]
    public void An_excess_of_rates_is_the_likelihood_of_drawn_rates_against_the_best_ones()
    {
        // Two of two against none of two: ∫ p² dB(½, ½) = 3/8, twice, against rates of 1/2 in both.
        Assert.Equal(Math.Pow(0.5, 4) / Math.Pow(3.0 / 8, 2), RateExcess.P(new ArmSums(2, 0, 0), new ArmSums(2, 2, 2), 0), 9);
        Assert.Equal(1, RateExcess.P(new ArmSums(10, 5, 5), new ArmSums(10, 4, 4), 0));
        Assert.Equal(1, RateExcess.P(default, new ArmSums(10, 4, 4), 0));
    }

    [Fact]
    public void Arms_of_one_value_each_that_differ_have_an_interval()
    {
        var (none, all) = (new ArmSums(400, 0, 0), new ArmSums(40, 40, 40));
        Assert.True(ConfidenceSequence.OfDifference(none, all, 0.1, 0.999)!.Value.Low > 0.5);
        Assert.Null(ConfidenceSequence.OfDifference(none, new ArmSums(40, 0, 0), 0.1));
    }

    [Fact]
    public void Stages_are_pooled_by_their_precision()
    {
        var pooled = MeanDifference.Pooled([new(0.1, 0.01), new(0.4, 0.02)])!.Value;
        Assert.Equal((0.2, 0.02 / 3), (Math.Round(pooled.Value, 12), pooled.Variance));
        Assert.Null(MeanDifference.Pooled([]));
    }

    [Fact]
    public void Equals_are_told_apart_in_at_most_one_of_twenty_experiments_where_earlier_stages_decide_on_the_weights_of_later_ones()
    {
        const int experiments = 1000;
        var alarms = Enumerable.Range(0, experiments).AsParallel().Count(seed => IsToldApart(seed));
        output.WriteLine($"{alarms} of {experiments}");
        Assert.InRange((double)alarms / experiments, 0, 0.05);
    }

    [Fact]
    public void The_chances_to_be_best_are_those_of_the_normal_distribution()
    {
        var one = BestArm.Chances([0.1], [0.01]);
        Assert.Equal(Normal.Cdf(1), one[1], 12);
        Assert.Equal(1 - Normal.Cdf(1), one[0], 12);
        // Two that are alike share what the control leaves: it is the best where both are below it.
        var two = BestArm.Chances([0, 0], [1, 1]);
        Assert.Equal(0.25, two[0], 7);
        Assert.Equal((0.375, 0.375), (Math.Round(two[1], 7), Math.Round(two[2], 7)));
        var far = BestArm.Chances([-20, 5], [1, 1]);
        Assert.Equal((0, 0, 1), (Math.Round(far[0], 5), Math.Round(far[1], 9), Math.Round(far[2], 5)));
    }

    private static int? FirstExcess(int seed, double control, double treatment, double margin, int calls)
    {
        var random = new Random(seed);
        var (baseline, treated) = (default(ArmSums), default(ArmSums));
        for (var call = 0; call < calls; call++)
        {
            if (random.NextDouble() >= 0.2)
            {
                baseline = baseline.Add(random.NextDouble() < control ? 1 : 0);
                continue;
            }

            treated = treated.Add(random.NextDouble() < treatment ? 1 : 0);
            if (RateExcess.P(baseline, treated, margin) <= 0.05)
            {
                return (int)treated.Count;
            }
        }

        return null;
    }

    /// <summary>Ten stages, in which time changes the rate and what looked better gets more.</summary>
    private static bool IsToldApart(int seed)
    {
        var random = new Random(seed);
        var past = new List<MeanDifference>();
        var share = 0.5;
        for (var stage = 0; stage < 10; stage++)
        {
            var (rate, control, treatment) = (0.5 + (0.04 * stage), default(ArmSums), default(ArmSums));
            for (var call = 0; call < 1000; call++)
            {
                var value = random.NextDouble() < rate ? 1 : 0;
                (control, treatment) = random.NextDouble() < share ? (control, treatment.Add(value)) : (control.Add(value), treatment);
                if (call % 5 == 0 && MeanDifference.Of(control, treatment) is { } present
                    && ConfidenceSequence.Of(MeanDifference.Pooled([.. past, present])!.Value, 0.1) is var interval && (interval.Low > 0 || interval.High < 0))
                {
                    return true;
                }
            }

            past.Add(MeanDifference.Of(control, treatment)!.Value);
            share = MeanDifference.Pooled(past)!.Value.Value > 0 ? 0.85 : 0.15;
        }

        return false;
    }
}
