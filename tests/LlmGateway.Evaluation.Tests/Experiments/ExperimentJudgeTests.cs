using LlmGateway.Contracts.Datasets;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Evaluation.Experiments;
using static LlmGateway.Evaluation.Tests.Experiments.SampleExperiments;

namespace LlmGateway.Evaluation.Tests.Experiments;

/// <summary>The judge's rules, one by one.</summary>
public sealed class ExperimentJudgeTests
{
    private static readonly ExperimentGuardrail Latency = new("slow", "min", 0.1, 0.1);
    private static readonly ExperimentGuardrail Errors = new(ExperimentMetric.ErrorRate, "min", 0, 0.05);

    [Theory]
    [InlineData(1, 10_000, 100, 0.8, 3600, "advance")]
    [InlineData(2, 1900, 100, 0.8, 3600, "advance")]
    [InlineData(4, 200, 200, 0.8, 3600, "promote")]
    [InlineData(4, 200, 200, 0.8, 59, null)] // too soon
    [InlineData(4, 98, 98, 0.8, 3600, null)] // too few units
    [InlineData(4, 200, 200, 0.5, 0, "roll_back")] // harm waits for nothing
    [InlineData(2, 1900, 60, 0.3, 0, "roll_back")]
    [InlineData(2, 720, 38, 0.0, 3600, null)] // too few values for an interval
    public void A_canary_climbs_when_a_step_is_over_and_falls_when_the_goal_is_worse(int step, int control, int treatment, double rate, int seconds, string? action) =>
        Assert.Equal(action, Canary(step).Judge([Arm("base", control, ("quality", 0.8)), Arm("new", treatment, ("quality", rate))], seconds).Decision?.Action);

    [Fact]
    public void A_canarys_next_weights_are_the_next_steps_and_none_is_above_the_last()
    {
        var first = Canary(2).Judge([Arm("base", 1900, ("quality", 0.8)), Arm("new", 100, ("quality", 0.8))]);
        Assert.Equal((0.75, 0.25), (first.Decision!.Weights!["base"], first.Decision.Weights["new"]));
        Assert.Equal((1, ExperimentAction.Advance), (first.Decision.Version, first.Report.Next.Action));
        // A weight that an operator set lies between steps.
        var between = (Canary(2) with { Arms = [new("base", 0.7), new("new", 0.3)] }).Judge([Arm("base", 700, ("quality", 0.8)), Arm("new", 300, ("quality", 0.8))]);
        Assert.Equal(0.5, between.Decision!.Weights!["new"]);
        // Without a control there is nothing to judge: time and units alone end it.
        var alone = (Canary(4) with { Arms = [new("base", 0), new("new", 1)] }).Judge([Arm("new", 300, ("quality", 0.8))]);
        Assert.Equal((ExperimentAction.Promote, "new"), (alone.Decision!.Action, alone.Decision.Winner));
        Assert.Equal(ComparisonVerdict.Unknown, Assert.Single(alone.Report.Comparisons).Verdict);
    }

    [Fact]
    public void A_step_whose_goal_was_not_measured_does_not_end_well()
    {
        var verdict = Canary(4).Judge([Arm("base", 300, ("quality", 0.8)), new[] { new ExposureArm("new", 0, 300, 300, []) }]);
        Assert.Null(verdict.Decision);
        Assert.Equal("'new' needs 40 more units with a value of 'quality'.", Assert.Single(verdict.Report.Waiting));
    }

    [Theory]
    [InlineData(0.1, "open")] // as slow as the control
    [InlineData(0.2, "open")] // at the margin
    [InlineData(0.6, "worse")]
    public void A_guardrail_breaks_wholly_above_its_margin(double rate, string verdict)
    {
        var judged = Canary(4, 100, Latency).Judge([Arm("base", 100, ("quality", 0.8), ("slow", 0.1)), Arm("new", 100, ("quality", 0.8), ("slow", rate))]);
        Assert.Equal(verdict, judged.Report.Comparisons.Single(comparison => comparison.Metric == "slow").Verdict);
        Assert.Equal(verdict == "worse" ? ExperimentAction.RollBack : ExperimentAction.Promote, judged.Decision?.Action);
    }

    [Fact]
    public void A_guardrail_that_is_kept_for_sure_says_so() => Assert.Equal(
        ComparisonVerdict.Kept,
        Canary(4, 100, Latency).Judge([Arm("base", 4000, ("quality", 0.8), ("slow", 0.1)), Arm("new", 4000, ("quality", 0.8), ("slow", 0.1))]).Report.Comparisons[1].Verdict);

    [Theory]
    [InlineData(150, 4, true)]
    [InlineData(150, 2, false)]
    [InlineData(10_000, 100, true)] // all fail, and none of the control: no spread in either
    public void Failures_of_all_calls_are_known_after_a_handful(int control, int treatment, bool isKnown)
    {
        var judged = Canary(2, 100, Errors).Judge([Arm("base", control, ("error_rate", 0)), Arm("new", treatment, ("error_rate", 1))]);
        Assert.Equal(isKnown ? ExperimentAction.RollBack : null, judged.Decision?.Action);
        Assert.True(!isKnown || judged.Decision!.Reason.Contains("fails more often", StringComparison.Ordinal));
    }

    [Fact]
    public void Units_against_their_weights_raise_an_alarm_once_and_keep_from_promotion()
    {
        var experiment = Canary(4);
        ExposureArm[][] arms = [Arm("base", 1200, ("quality", 0.8)), Arm("new", 800, ("quality", 0.8))];
        var first = experiment.Judge(arms);
        Assert.Equal((ExperimentAction.Alarm, true), (first.Decision!.Action, first.Report.SampleRatioP <= 0.001));
        Assert.Equal("sample_ratio", (string)first.Decision.Evidence["kind"]!);
        Assert.Null(experiment.Judge(arms, raised: ["sample_ratio"]).Decision);
        // It stays raised all through the stage, whatever the ratio is later.
        var later = experiment.Judge([Arm("base", 2000, ("quality", 0.8)), Arm("new", 2000, ("quality", 0.8))], raised: ["sample_ratio"]);
        Assert.Null(later.Decision);
        Assert.Equal(["sample_ratio"], later.Report.Alarms);
        Assert.Equal(ExperimentAction.RollBack, experiment.Judge([arms[0], Arm("new", 800, ("quality", 0.5))], raised: ["sample_ratio"]).Decision!.Action);
    }

    [Fact]
    public void A_reason_and_evidence_are_as_long_as_the_gateway_takes_them()
    {
        var rails = Enumerable.Range(0, 15).Select(rail => new ExperimentGuardrail($"metric_{rail}", "min", 0, 0.1)).ToList();
        var names = Enumerable.Range(0, 8).Select(arm => $"{new string('v', 60)}{arm}").ToList();
        var rates = rails.Select(rail => (rail.Metric, 0.1)).ToArray();
        var experiment = Make(ExperimentAllocation.Static, rails, [.. names.Select(name => (name, 0.125))]);
        var decision = experiment.Judge(names.Select((name, place) => Arm(name, 1000, place == 7 ? [.. rates.Select(rate => (rate.Metric, 0.9))] : rates))).Decision!;
        Assert.Equal(ExperimentAction.Reweigh, decision.Action);
        Assert.Equal(500, decision.Reason.Length);
        Assert.InRange(decision.Evidence.ToJsonString().Length, 1000, 32 << 10);
    }

    [Fact]
    public void Halves_of_one_variant_that_differ_raise_an_alarm()
    {
        var verdict = Canary(4).Judge([[Half("base", 0, 500, ("quality", 0.9)), Half("base", 1, 500, ("quality", 0.7))], Arm("new", 1000, ("quality", 0.8))]);
        Assert.Equal(ExperimentAction.Alarm, verdict.Decision!.Action);
        Assert.Equal(["a_a"], verdict.Report.Alarms);
    }

    [Theory]
    [InlineData(0.9, 0.8, 1000, "promote", "b")]
    [InlineData(0.9, 0.95, 1000, "promote", "c")]
    [InlineData(0.8, 0.8, 1000, null, null)]
    [InlineData(0.6, 0.8, 1000, null, null)] // one of two is worse
    [InlineData(0.6, 0.6, 1000, "roll_back", null)]
    [InlineData(0.9, 0.8, 98, null, null)] // a difference is found, but too few units
    [InlineData(0.8, 0.8, 2000, "conclude", null)]
    public void A_static_experiment_ends_by_a_difference_or_at_its_most_units(double b, double c, int units, string? action, string? winner)
    {
        var experiment = Make(ExperimentAllocation.Static, [], ("a", 1.0 / 3), ("b", 1.0 / 3), ("c", 1.0 / 3)) with { MaxUnits = 6000 };
        var decision = experiment.Judge([Arm("a", units, ("quality", 0.8)), Arm("b", units, ("quality", b)), Arm("c", units, ("quality", c))]).Decision;
        Assert.Equal((action, winner), (decision?.Action, decision?.Winner));
    }

    [Fact]
    public void A_metric_that_is_to_be_small_is_better_below()
    {
        var experiment = Make(ExperimentAllocation.Static, [], ("a", 0.5), ("b", 0.5)) with { Goal = new("quality", "min", 0.1) };
        Assert.Equal(ExperimentAction.Promote, experiment.Judge([Arm("a", 1000, ("quality", 0.8)), Arm("b", 1000, ("quality", 0.6))]).Decision?.Action);
        Assert.Equal(ExperimentAction.RollBack, experiment.Judge([Arm("a", 1000, ("quality", 0.6)), Arm("b", 1000, ("quality", 0.8))]).Decision?.Action);
    }

    [Fact]
    public void One_of_several_treatments_that_breaks_a_guardrail_loses_its_share()
    {
        var experiment = Make(ExperimentAllocation.Static, [Latency], ("a", 0.5), ("b", 0.25), ("c", 0.25));
        var decision = experiment.Judge([
            Arm("a", 1000, ("quality", 0.8), ("slow", 0.1)), Arm("b", 500, ("quality", 0.8), ("slow", 0.5)), Arm("c", 500, ("quality", 0.8), ("slow", 0.1))]).Decision!;
        Assert.Equal((ExperimentAction.Reweigh, 0), (decision.Action, decision.Weights!["b"]));
        Assert.Equal((0.6667, 0.3333), (decision.Weights["a"], decision.Weights["c"]));
        // Of those that are left, the only one leads back.
        var left = experiment with { Arms = [new("a", 0.7), new("b", 0), new("c", 0.3)] };
        Assert.Equal(ExperimentAction.RollBack, left.Judge([Arm("a", 700, ("quality", 0.8), ("slow", 0.1)), Arm("c", 300, ("quality", 0.8), ("slow", 0.6))]).Decision!.Action);
    }

    [Fact]
    public void An_adaptive_experiment_gives_each_arm_the_chance_that_it_is_best()
    {
        var experiment = Make(ExperimentAllocation.Adaptive, [], ("a", 0.34), ("b", 0.33), ("c", 0.33));
        ExposureArm[][] arms = [Arm("a", 102, ("quality", 0.7)), Arm("b", 100, ("quality", 0.8)), Arm("c", 100, ("quality", 0.5))];
        var decision = experiment.Judge(arms).Decision!;
        Assert.Equal(ExperimentAction.Reweigh, decision.Action);
        Assert.Equal(1, decision.Weights!.Values.Sum(), 9);
        Assert.True(decision.Weights["b"] > 0.6 && decision.Weights["a"] < 0.3 && decision.Weights["c"] is >= 0.05 and < 0.1);
        Assert.Equal(decision.Weights, experiment.Judge(arms).Decision!.Weights);
        // A stage that is too short is not shifted.
        Assert.Null(experiment.Judge(arms, seconds: 59).Decision);
        Assert.Null(experiment.Judge([Arm("a", 30, ("quality", 0.7)), Arm("b", 30, ("quality", 0.8)), Arm("c", 30, ("quality", 0.5))]).Decision);
    }

    [Fact]
    public void Stages_are_pooled_by_their_differences_so_that_time_is_not_taken_for_the_treatment()
    {
        // The rate fell from 0.9 to 0.5 while the treatment got most calls: by sums it would look worse, though it was alike in both.
        var experiment = Make(ExperimentAllocation.Adaptive, [], ("a", 0.1), ("b", 0.9)) with { Stage = 2 };
        var first = PastStage.Of(experiment, 1, new StageSums(new ExposureSums([.. Arm("a", 900, ("quality", 0.9)), .. Arm("b", 100, ("quality", 0.9))])));
        var verdict = experiment.Judge([Arm("a", 100, ("quality", 0.5)), Arm("b", 900, ("quality", 0.5))], past: [first]);
        Assert.Equal(0, verdict.Report.Comparisons[0].Difference!.Value, 12);
        Assert.Equal(ComparisonVerdict.Open, verdict.Report.Comparisons[0].Verdict);
    }

    [Theory]
    [InlineData(ExperimentAllocation.Canary, 5, 1)]
    [InlineData(ExperimentAllocation.Static, 0, 2)]
    public void The_tests_of_an_experiment_share_its_alpha(string allocation, int steps, int treatments)
    {
        // Of all stages that there may be: a canary that is set back goes on for ever.
        var arms = Enumerable.Range(0, treatments + 1).Select(arm => ($"v{arm}", 1.0 / (treatments + 1))).ToArray();
        var experiment = Make(allocation, [Latency, Errors], arms) with { Steps = Steps[..steps] };
        var stages = allocation == ExperimentAllocation.Canary ? 60 : 1;
        var alpha = Enumerable.Range(1, stages).Sum(stage => MetricTest.Of(experiment with { Stage = stage }).Sum(test => test.Alpha));
        var rates = Enumerable.Range(1, 60).Sum(stage => MetricTest.Of(experiment with { Stage = stage }).Sum(test => test.RateAlpha ?? 0));
        Assert.InRange(treatments * (alpha + rates), 0.0499, 0.05 + 1e-9);
    }

    [Fact]
    public void Looks_are_kept_as_far_as_a_picture_needs_them()
    {
        IReadOnlyList<LookPoint> looks = [];
        for (var units = 100; units < 5_000_000; units += units / 90)
        {
            looks = LookPoint.Append(looks, Canary(4).Judge([Arm("base", 2 * (units / 4), ("quality", 0.8)), Arm("new", 2 * (units / 4), ("quality", 0.8))]).Report);
        }

        Assert.InRange(looks.Count, 100, LookPoint.Most);
        Assert.Equal(looks.OrderBy(look => look.Units), looks);
        Assert.True(looks[^1].Units > 4_800_000 && looks[0].Units < 110);
    }
}
