namespace LlmGateway.Retrieval.Evaluations;

/// <summary>What an evaluation measures, by name.</summary>
internal static class MetricNames
{
    public const string Precision = "precision";
    public const string Recall = "recall";
    public const string Hit = "hit";
    public const string Ndcg = "ndcg";
    public const string TokenRecall = "token_recall";
    public const string TokenPrecision = "token_precision";
    public const string TokenIou = "token_iou";
    public const string Mrr = "mrr";
    public const string Map = "map";
    public const string RPrecision = "r_precision";

    private static readonly string[] WithDepth = [Precision, Recall, Hit, Ndcg, TokenRecall, TokenPrecision, TokenIou];

    /// <summary>Those of the whole list, then all of the first depth, of the second, and so on, such as <c>ndcg@10</c>.</summary>
    public static IReadOnlyList<string> Of(IEnumerable<int> cuts) => [Mrr, Map, RPrecision, .. cuts.SelectMany(k => WithDepth.Select(name => $"{name}@{k}"))];
}
