namespace LlmGateway.Evaluation.Comparisons;

/// <summary>How runs are compared.</summary>
/// <param name="Seed">Chooses the resamples.</param>
/// <param name="UseMidP">
/// Whether passes are judged by McNemar's mid-p, whose false alarms are nearer to 5 % and which shows more where few pairs differ,
/// and not by the exact test, whose false alarms never exceed 5 %.
/// </param>
internal sealed record ComparisonSettings(ulong Seed, bool UseMidP)
{
    public string McNemarMethod => UseMidP ? "mcnemar_mid_p" : "mcnemar_exact";
}
