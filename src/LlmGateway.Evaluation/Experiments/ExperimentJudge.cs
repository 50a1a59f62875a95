using System.Text.Json.Nodes;
using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Evaluation.Experiments;

/// <summary>
/// Judges a look at an experiment, by rules alone: the same evidence gives the same verdict. What harms comes first, then what may not be
/// trusted, then what the allocation is for.
/// </summary>
internal static class ExperimentJudge
{
    /// <summary>Characters that the gateway takes of a reason.</summary>
    private const int MaxReasonLength = 500;

    /// <summary>Characters that it takes of the evidence, less some.</summary>
    private const int MaxEvidenceLength = 30_000;

    private const int MostFindings = 64;

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
            [.. look.Tests.Select(test => test.Metric).Distinct().Select(metric => Tell(look, arm, metric))]);
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

    /// <summary>One kind at a time; a further one is for the next look.</summary>
    private static Ruling? AlarmRuling(StageLook look, IReadOnlyList<string> alarms) => alarms.Except(look.Raised).FirstOrDefault() is { } kind
        ? new Ruling(
            ExperimentAction.Alarm,
            kind == ExperimentAlarm.SampleRatio
                ? "Units are not given to the variants as their weights say (sample_ratio): calls of one of them are lost, or assigned otherwise."
                : "The two halves of one variant differ by the goal (a_a): the metric is not what it is taken for, or units are not independent.",
            Alarm: kind)
        : null;

    private static ExperimentDecision Decide(StageLook look, Ruling ruling, ExperimentReport report)
    {
        var evidence = Evidence(report);
        if (ruling.Alarm is { } kind)
        {
            evidence["kind"] = kind;
        }

        var reason = ruling.Reason.Length <= MaxReasonLength ? ruling.Reason : $"{ruling.Reason[..(MaxReasonLength - 1)]}…";
        return new ExperimentDecision(look.Experiment.Version, ruling.Action, ruling.Weights, ruling.Winner, reason, evidence);
    }

    /// <summary>The look; of one with very many variants and metrics, what was found.</summary>
    private static JsonObject Evidence(ExperimentReport report)
    {
        var json = ExperimentJson.Write(report);
        return (JsonObject)JsonNode.Parse(json.Length <= MaxEvidenceLength ? json : ExperimentJson.Write(report with
        {
            Arms = [.. report.Arms.Select(arm => arm with { Metrics = [] })],
            Comparisons = [.. report.Comparisons.Where(comparison => comparison.Verdict is ComparisonVerdict.Worse or ComparisonVerdict.Better).Take(MostFindings)],
        }))!;
    }
}

/// <param name="Report">What was seen.</param>
/// <param name="Decision">What is to be done; null for nothing yet.</param>
internal sealed record ExperimentVerdict(ExperimentReport Report, ExperimentDecision? Decision);

/// <summary>What a rule says.</summary>
/// <param name="Action">One of <see cref="ExperimentAction"/>.</param>
/// <param name="Reason">Why, in a sentence for people.</param>
/// <param name="Weights">Weights from now on.</param>
/// <param name="Winner">Who gets all calls.</param>
/// <param name="Alarm">The kind of an alarm.</param>
internal sealed record Ruling(string Action, string Reason, IReadOnlyDictionary<string, double>? Weights = null, string? Winner = null, string? Alarm = null);
