namespace LlmGateway.Text.Metrics;

/// <summary>
/// ROUGE's F1 (C.-Y. Lin, ROUGE: a package for automatic evaluation of summaries, 2004), without stemming, as
/// google-research's <c>rouge_score</c> computes it.
/// </summary>
public static class Rouge
{
    /// <summary>ROUGE-n over shared runs of <paramref name="n"/> words, from 0 to 1.</summary>
    public static double N(IReadOnlyList<string> candidate, IReadOnlyList<string> reference, int n) => Overlap.Count(candidate, reference, n).F1;

    /// <summary>ROUGE-L over the longest common subsequence of words, from 0 to 1.</summary>
    public static double L(IReadOnlyList<string> candidate, IReadOnlyList<string> reference)
    {
        var common = Subsequence.Length<string>([.. candidate], [.. reference]);
        return common == 0 ? 0 : 2.0 * common / (candidate.Count + reference.Count);
    }
}
