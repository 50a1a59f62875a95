using LlmGateway.Evaluation.Comparisons;
using static System.FormattableString;

namespace LlmGateway.Evaluation.Gates.Rules;

/// <summary><c>errors</c>: at most a share of the items has an error. Errors leave every other figure, so they need a rule of their own.</summary>
internal sealed record ErrorsRule(double AtMost) : IGateRule
{
    public const string Type = "errors";
    private const int NamedItems = 100;

    public string? TestingCriterion => null;

    public bool IsByScores => false;

    public RuleResult Judge(GateEvidence evidence)
    {
        List<ScoredItem> errored = [.. evidence.Items.Where(item => item.Whole.IsErrored)];
        var share = (double)errored.Count / evidence.Items.Count;
        return new RuleResult(
            Type,
            null,
            Invariant($"share of items with an error at most {AtMost}"),
            GateVerdict.Of(share <= AtMost),
            new Estimate(share, null, null),
            evidence.Items.Count,
            null,
            $"{errored.Count} of {evidence.Items.Count} have an error.",
            [.. errored.Take(NamedItems).Select(item => new GatedItem(item.Index, item.Id))]);
    }
}
