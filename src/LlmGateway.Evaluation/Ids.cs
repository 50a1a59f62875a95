namespace LlmGateway.Evaluation;

/// <summary>OpenAI's prefixes over UUIDv7, so that ids sort by time.</summary>
internal static class Ids
{
    public const string Eval = "eval_";
    public const string Run = "evalrun_";
    public const string RunBatch = "evalbatch_";
    public const string OutputItem = "outputitem_";
    public const string Attribution = "attr_";
    public const string OnlineRule = "evalrule_";
    public const string Comparison = "evalcmp_";
    public const string Gate = "evalgate_";
    public const string Calibration = "evalcal_";
    public const string Insight = "insight_";
    public const string InsightItem = "insightitem_";

    public static string New(string prefix, TimeProvider time) => $"{prefix}{Guid.CreateVersion7(time.GetUtcNow()):N}";
}
