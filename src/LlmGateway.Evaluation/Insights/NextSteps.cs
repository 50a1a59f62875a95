using LlmGateway.Evaluation.Comparisons;
using LlmGateway.Evaluation.Runs;

namespace LlmGateway.Evaluation.Insights;

/// <summary>
/// Ranks what to try by what it is expected to gain: what was measured by its measure, what was not tried by half of what its cause
/// is worth, and what was measured and not shown to help behind all else.
/// </summary>
internal sealed class NextSteps(
    string insightId, Run run, ProbeSettings settings, InsightPlan plan, IReadOnlyList<ProbeResult> probes, IReadOnlyList<FailureGroup> groups, IReadOnlyList<ProbedItem> items)
{
    private const string NotLearned = "do not pass though the model has what it needs to know";
    private const string NoDataset = "few_shot, whose dataset can be trained on";

    /// <summary>The cheapest first among equals.</summary>
    private IEnumerable<NextStep?> Candidates =>
    [
        Tried("prompt", Axis.Behaviour, ProbeKind.FormatAsked, "when asked for the format"),
        Tried("few_shot", Axis.Behaviour, ProbeKind.FewShot, "with examples like them")
            ?? Bounded("few_shot", Axis.Behaviour, FailureLabel.BehaviourReasoning, NotLearned, null, "few_shot: a dataset of examples, as a run's few_shot block"),
        Tried("rerank", Axis.Context, ProbeKind.FewerPassages, "with the best passages alone")
            ?? Bounded("rerank", Axis.Context, FailureLabel.ContextNoise, "do not pass for what else is in the prompt", null, "a way to leave fewer passages: a context block, of which k can be lowered"),
        Tried("retrieval", Axis.Context, ProbeKind.Retrieval, "with what this retrieves")
            ?? Bounded("retrieval", Axis.Context, FailureLabel.ContextMissing, "lack the passage that answers them", null, "retrieval: a dataset of passages, as a run's context block"),
        Bounded("fine_tune", Axis.Behaviour, FailureLabel.BehaviourReasoning, NotLearned,
            settings.FewShot is { } block ? StepRequest.FineTune(run, block) : null, settings.FewShot is null ? NoDataset : null),
        FixData(),
    ];

    public IReadOnlyList<NextStep> Rank() =>
    [
        .. Candidates.OfType<NextStep>()
            .OrderBy(step => step.Verdict == NextStep.NotShown)
            .ThenByDescending(step => step.ExpectedGain.Value ?? ((step.ExpectedGain.Low + step.ExpectedGain.High) / 2))
            .Select((step, place) => step with { Rank = place + 1 }),
    ];

    /// <summary>A technique that a probe tried; null if none did.</summary>
    private NextStep? Tried(string technique, string axis, string kind, string how)
    {
        var probe = probes.First(result => result.Probe == kind);
        if (probe.Gain is not { } gain)
        {
            return null;
        }

        var broken = ItemShares.Where(items.Where(item => item.Target.IsControl), evidence => !evidence.Outcome(kind));
        return new NextStep(
            0, technique, axis, Verdict(gain), gain, broken,
            $"{InsightText.Percent(probe.Failed, "failed items")} pass {how}; {InsightText.Percent(broken, "controls")} break.",
            StepRequest.Run(run, technique, plan.Probes.First(planned => planned.Kind == kind)),
            StepRequest.RepeatsItems(run) ? null : "data_source.source: the run's own items, which are too large to be repeated here");
    }

    /// <summary>A technique of which only the worth of its cause is known; null where nothing failed for it.</summary>
    private NextStep? Bounded(string technique, string axis, string label, string why, StepRequest? request, string? needs) =>
        groups.FirstOrDefault(group => group.Label == label) is { } group
            ? new NextStep(
                0, technique, axis, NextStep.NotTried, new Estimate(null, 0, group.GainBound.High), null,
                $"{InsightText.Percent(group.Share, "failed items")} {why}.", request, needs)
            : null;

    /// <summary>What people say is measured already: it is the score that right labels would give.</summary>
    private NextStep? FixData()
    {
        if (groups.All(group => group.Label != FailureLabel.LabelOrGrader))
        {
            return null;
        }

        var human = probes.First(result => result.Probe == ProbeKind.Human);
        var wrong = ItemShares.Where(items.Where(item => item.Target.IsControl), evidence => !evidence.PersonAccepts);
        var gain = human.Gain ?? groups.First(group => group.Label == FailureLabel.LabelOrGrader).GainBound;
        return new NextStep(
            0, "fix_data", Axis.Data, Verdict(gain), gain, wrong,
            $"People hold {InsightText.Percent(human.Failed, "failed answers")} for right, and {InsightText.Percent(wrong, "controls")} for wrong: the reference or the grader is at fault.",
            new StepRequest("GET", $"/v1/insights/{insightId}/items?label={FailureLabel.LabelOrGrader}", null), null);
    }

    private static string Verdict(Estimate gain) => gain.Low > 0 ? NextStep.Shown : NextStep.NotShown;
}
