namespace LlmGateway.LocalModel;

/// <summary>How answers are chosen and cut.</summary>
/// <param name="Count">Answers wanted.</param>
/// <param name="MaxTokens">An answer's longest length in tokens; null for no limit.</param>
/// <param name="Stop">Texts before which an answer ends.</param>
/// <param name="Temperature">Above 0, a seed may choose among nearly equal answers.</param>
/// <param name="Seed">Null always gives the best answer first.</param>
internal sealed record Sampling(int Count, int? MaxTokens, IReadOnlyList<string> Stop, double Temperature, long? Seed)
{
    // Cosines and overlaps are on the same scale of about 0 to 1.
    private const double NearlyEqual = 0.05;

    /// <summary>The candidate for the answer of this index. <paramref name="ranked"/> must hold at least one, best first.</summary>
    public Candidate Choose(IReadOnlyList<Candidate> ranked, int index)
    {
        if (Temperature <= 0 || (Seed is null && index == 0))
        {
            return ranked[0];
        }

        var near = ranked.TakeWhile(candidate => candidate.Score >= ranked[0].Score - (NearlyEqual * Temperature)).Count();
        var mixed = ((ulong)(Seed ?? 0) + (ulong)index + 1) * 0x9E3779B97F4A7C15ul;
        return ranked[(int)((mixed >> 33) % (ulong)near)];
    }
}
