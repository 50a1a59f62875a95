using LlmGateway.Service;

namespace LlmGateway.Evaluation;

/// <summary>What the ids of <see cref="RowIds"/> begin with: OpenAI's prefixes, and ours in their manner.</summary>
internal static class IdPrefixes
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
}
