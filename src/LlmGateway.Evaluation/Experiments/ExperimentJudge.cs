using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Evaluation.Experiments;

/// <summary>
/// Judges a look at an experiment, by rules alone: the same evidence gives the same verdict. What harms comes first, then what may not be
/// trusted, then what the allocation is for.
/// </summary>
internal static class ExperimentJudge
{
    public static ExperimentVerdict Judge(StageLook look)
    {
        var comparisons = look.Compare();
        var ratio = ExperimentAlarms.SampleRatioP(look);
        var alarms = ExperimentAlarms.Raised(look, ratio);
        var waiting = look.Waiting(alarms);
        var report = new ExperimentReport(
            look.Experiment.Version,
            look.Experiment.Allocation,
            look.Experiment.Stage,
            look.Experiment.StageBeganAt,
            look.Now.ToUnixTimeSeconds(),
            [.. look.Experiment.Arms.Select(arm => Tell(look, arm))],
            comparisons,
            ratio,
            alarms,
            waiting,
            NextOf(look));
        var ruling = HarmRule.Find(look, comparisons)
            ?? AlarmRuling(look, alarms)
            ?? (look.IsCanary ? CanaryRule.Find(look, waiting) : DifferenceRule.Find(look, comparisons, waiting, alarms));
        return new ExperimentVerdict(report, ruling is null ? null : Decide(look, ruling, report));
    }

    private static ArmReport Tell(StageLook look, ExperimentArm arm)
    {
        var (units, all) = (look.Sums.Units(arm.Name), look.Sums.AllUnits);
        return new ArmReport(
            arm.Name,
            arm.Weight,
            all == 0 ? null : (double)units / all,
            units,
            look.UnitsNeeded(arm),
            look.Sums.Calls(arm.Name),
            [.. MetricTest.Of(look.Experiment).Select(test => test.Metric).Distinct().Select(metric => Tell(look, arm, metric))]);
    }

    private static MetricReport Tell(StageLook look, ExperimentArm arm, string metric)
    {
        var sums = look.Sums.Of(arm.Name, metric);
        return new MetricReport(metric, sums.Count, sums.Count == 0 ? null : sums.Mean);
    }

    private static NextReport NextOf(StageLook look) =>
        !look.IsCanary ? new NextReport(null, null)
        : CanaryRule.NextWeights(look) is { } weights ? new NextReport(ExperimentAction.Advance, weights)
        : new NextReport(ExperimentAction.Promote, null);

    private static Ruling? AlarmRuling(StageLook look, IReadOnlyList<string> alarms)
    {
        var added = alarms.Except(look.Raised).ToList();
        return added.Count == 0 ? null : new Ruling(ExperimentAction.Alarm, string.Join(' ', added.Select(kind => kind == ExperimentAlarm.SampleRatio
            ? "Units are not given to the variants as their weights say (sample_ratio): calls of one of them are lost, or assigned otherwise."
            : "The two halves of one variant differ by the goal (a_a): the metric is not what it is taken for, or units are not independent.")));
    }

    private static ExperimentDecision Decide(StageLook look, Ruling ruling, ExperimentReport report) => new(
        look.Experiment.Version,
        ruling.Action,
        ruling.Weights,
        ruling.Winner,
        ruling.Reason,
        (JsonObject)JsonSerializer.SerializeToNode(report, EvaluationJson.TypeInfo<ExperimentReport>())!);
}

/// <param name="Report">What was seen.</param>
/// <param name="Decision">What is to be done; null for nothing yet.</param>
internal sealed record ExperimentVerdict(ExperimentReport Report, ExperimentDecision? Decision);

/// <summary>What a rule says.</summary>
/// <param name="Action">One of <see cref="ExperimentAction"/>.</param>
/// <param name="Reason">Why, in a sentence for people.</param>
/// <param name="Weights">Weights from now on.</param>
/// <param name="Winner">Who gets all calls.</param>
internal sealed record Ruling(string Action, string Reason, IReadOnlyDictionary<string, double>? Weights = null, string? Winner = null);
