namespace LlmGateway.Text.Metrics;

/// <summary>
/// Google's GLEU of one sentence (Y. Wu et al., Google's neural machine translation system, 2016, section 7): of all runs of one
/// to four words, the lesser of precision and recall.
/// </summary>
public static class Gleu
{
    /// <summary>From 0, nothing shared, to 1, equal.</summary>
    public static double Score(IReadOnlyList<string> candidate, IReadOnlyList<string> reference)
    {
        var (shared, ofCandidate, ofReference) = (0, 0, 0);
        for (var n = 1; n <= 4; n++)
        {
            var overlap = Overlap.Count(candidate, reference, n);
            shared += overlap.Shared;
            ofCandidate += overlap.OfCandidate;
            ofReference += overlap.OfReference;
        }

        var most = Math.Max(ofCandidate, ofReference);
        return most == 0 ? 1 : (double)shared / most;
    }
}
