using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Evaluation.Experiments;

/// <summary>What is known of an experiment: the last look, what was decided last, and how intervals narrowed.</summary>
/// <param name="Id">The experiment.</param>
/// <param name="Status">One of <see cref="WatchStatus"/>.</param>
/// <param name="Look">Null before the first.</param>
/// <param name="LastDecision">Null for none.</param>
/// <param name="Stages">The latest ones, with looks that were kept.</param>
internal sealed record ResultsView(
    string Id, string Status, ExperimentReport? Look, DecisionReport? LastDecision, IReadOnlyList<StageView> Stages)
{
    public string Object { get; } = "experiment.results";

    public static ResultsView Of(ExperimentWatch watch, IEnumerable<WatchedStage> stages) => new(
        watch.Id,
        watch.Status,
        watch.Report is { } report ? ExperimentJson.Read<ExperimentReport>(report) : null,
        watch.Decision is { } decision ? ExperimentJson.Read<DecisionReport>(decision) : null,
        [.. stages.Select(stage => new StageView(stage.Stage, ExperimentJson.Read<PastStage>(stage.Found).Units, ExperimentJson.Read<IReadOnlyList<LookPoint>>(stage.Looks)))]);
}

/// <param name="Stage">From 1.</param>
/// <param name="Units">Of all arms.</param>
/// <param name="Looks">The oldest first.</param>
internal sealed record StageView(int Stage, long Units, IReadOnlyList<LookPoint> Looks);

/// <summary>A decision that the gateway took.</summary>
/// <param name="Action">One of <see cref="ExperimentAction"/>.</param>
/// <param name="Stage">The stage that was looked at.</param>
/// <param name="DecidedAt">Unix seconds.</param>
/// <param name="Weights">Weights from then on; null where the action says them.</param>
/// <param name="Winner">Who got all calls; null for nobody.</param>
/// <param name="Reason">Why, in a sentence.</param>
internal sealed record DecisionReport(
    string Action, int Stage, long DecidedAt, IReadOnlyDictionary<string, double>? Weights, string? Winner, string Reason)
{
    public static DecisionReport Of(ExperimentDecision decision, ExperimentReport look) =>
        new(decision.Action, look.Stage, look.LookedAt, decision.Weights, decision.Winner, decision.Reason);
}
