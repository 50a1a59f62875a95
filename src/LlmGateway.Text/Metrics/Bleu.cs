namespace LlmGateway.Text.Metrics;

/// <summary>
/// BLEU-4 of one sentence (K. Papineni et al., BLEU: a method for automatic evaluation of machine translation, ACL 2002), with
/// the smoothing that sacreBLEU calls <c>exp</c> and NLTK <c>method3</c> (B. Chen and C. Cherry 2014): the k-th order without a
/// match counts as 1/2ᵏ matches. A candidate of fewer than four words is judged by the orders that it has.
/// </summary>
public static class Bleu
{
    private const int Orders = 4;

    /// <summary>From 0, nothing shared, to 1, equal.</summary>
    public static double Score(IReadOnlyList<string> candidate, IReadOnlyList<string> reference)
    {
        var orders = Math.Min(Orders, candidate.Count);
        if (orders == 0 || Overlap.Count(candidate, reference, 1).Shared == 0)
        {
            return candidate.Count == reference.Count ? Same(candidate, reference) : 0;
        }

        var (logarithms, smoothing) = (0.0, 1.0);
        for (var n = 1; n <= orders; n++)
        {
            var overlap = Overlap.Count(candidate, reference, n);
            smoothing = overlap.Shared == 0 ? smoothing / 2 : smoothing;
            logarithms += Math.Log((overlap.Shared == 0 ? smoothing : overlap.Shared) / overlap.OfCandidate);
        }

        return BrevityPenalty(candidate.Count, reference.Count) * Math.Exp(logarithms / orders);
    }

    private static double BrevityPenalty(int candidate, int reference) => candidate >= reference ? 1 : Math.Exp(1 - ((double)reference / candidate));

    /// <summary>Two texts without a word are equal.</summary>
    private static double Same(IReadOnlyList<string> candidate, IReadOnlyList<string> reference) => candidate.Count + reference.Count == 0 ? 1 : 0;
}
