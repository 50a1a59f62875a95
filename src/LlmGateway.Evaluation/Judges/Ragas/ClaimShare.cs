namespace LlmGateway.Evaluation.Judges.Ragas;

/// <summary>The share of claims that follow from a text.</summary>
internal static class ClaimShare
{
    /// <param name="verdicts">The claims.</param>
    /// <param name="threshold">From which share on it passes.</param>
    /// <param name="nothing">Why it abstains where there are no claims.</param>
    public static Graders.Grade Grade(IReadOnlyList<ClaimVerdict> verdicts, double threshold, string nothing)
    {
        if (verdicts.Count == 0)
        {
            return Graders.Grade.Abstained(nothing);
        }

        var supported = verdicts.Count(verdict => verdict.Supported);
        var share = (double)supported / verdicts.Count;
        return Graders.Grade.Scored(share, share >= threshold, $"{supported} of {verdicts.Count} claims are supported.");
    }
}

/// <summary>What stands behind a share of claims.</summary>
internal sealed record ClaimDetails(string Version, IReadOnlyList<ClaimVerdict> Claims);
