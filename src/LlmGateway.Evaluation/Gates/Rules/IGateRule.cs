using LlmGateway.Evaluation.Comparisons;

namespace LlmGateway.Evaluation.Gates.Rules;

/// <summary>One of a gate's rules.</summary>
internal interface IGateRule
{
    /// <summary>The criterion by whose scores it judges; null for all graders together, or none.</summary>
    string? TestingCriterion { get; }

    /// <summary>Whether graders' scores decide it, which a judge must be good enough for.</summary>
    bool IsByScores { get; }

    RuleResult Judge(GateEvidence evidence);
}

/// <summary>What a rule reads of an item: a criterion's score, or all graders' together.</summary>
/// <param name="Criterion">The criterion's name; null for all graders together.</param>
/// <param name="Index">Its place among those that were read.</param>
/// <param name="UseScore">Whether its score counts, and not whether it passed.</param>
/// <param name="IsBinary">Whether each observation is then 0 or 1.</param>
internal sealed record ScoreChoice(string? Criterion, int Index, bool UseScore, bool IsBinary)
{
    public string Named => UseScore ? "mean score" : "pass rate";

    /// <summary>Null where there is none.</summary>
    public double? Of(ScoredItem item)
    {
        ref var score = ref Scores(item);
        return UseScore ? score.Score : score.PassRate;
    }

    public bool IsErrored(ScoredItem item) => Scores(item).IsErrored;

    private ref CriterionScore Scores(ScoredItem item)
    {
        if (Criterion is null)
        {
            return ref item.Whole;
        }

        return ref item[Index];
    }
}
