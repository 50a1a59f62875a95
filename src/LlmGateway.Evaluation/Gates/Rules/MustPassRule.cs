using LlmGateway.Evaluation.Comparisons;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Gates.Rules;

/// <summary>
/// <c>must_pass</c>: certain items pass, each of them and each time. One without a result leaves it in doubt: it has not passed.
/// </summary>
internal sealed record MustPassRule(ScoreChoice Choice, ItemFilter? Where, string Path) : IGateRule
{
    public const string Type = "must_pass";
    private const int NamedItems = 100;

    public string? TestingCriterion => Choice.Criterion;

    public bool IsByScores => true;

    /// <exception cref="ApiException">No item of the run is meant (400): such a rule would guard nothing.</exception>
    public RuleResult Judge(GateEvidence evidence)
    {
        List<ScoredItem> meant = [.. evidence.Items.Where(item => Where is null || Where.Matches(evidence.Contents[item.Key].Content))];
        if (meant.Count == 0)
        {
            throw JsonFields.Invalid($"No item of the run '{evidence.Scores.Run.Id}' has {Where}, so the rule would guard nothing.", $"{Path}.where");
        }

        List<ScoredItem> failed = [.. meant.Where(item => Choice.Of(item) < 1)];
        var unknown = meant.Count(item => Choice.Of(item) is null || (Choice.Of(item) >= 1 && Choice.IsErrored(item)));
        var passed = meant.Count - failed.Count - unknown;
        return new RuleResult(
            Type,
            TestingCriterion,
            Where is null ? "every item passes" : $"every item with {Where} passes",
            failed.Count > 0 ? GateVerdict.Fail : unknown > 0 ? GateVerdict.Inconclusive : GateVerdict.Pass,
            new Estimate((double)passed / meant.Count, null, null),
            meant.Count,
            failed.Count == 0 && unknown > 0 ? unknown : null,
            $"{passed} of {meant.Count} passed{(failed.Count > 0 ? $", {failed.Count} failed" : "")}{(unknown > 0 ? $", {unknown} have an error or no judgement" : "")}.",
            [.. failed.Take(NamedItems).Select(item => new GatedItem(item.Index, item.Id))]);
    }
}
