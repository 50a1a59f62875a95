namespace LlmGateway.Text.Metrics;

/// <summary>
/// The order in which <c>trec_eval</c> reads a run: by score, and of equal scores by id, the higher one first. It ignores the ranks that
/// a run states.
/// </summary>
public static class TrecOrder
{
    /// <summary>Puts passages into the order of their documents: each once, with its best score.</summary>
    public static IReadOnlyList<string> Of(IEnumerable<(string Document, double Score)> scored) =>
        [.. scored.GroupBy(hit => hit.Document, (document, hits) => (Document: document, Score: hits.Max(hit => hit.Score)))
            .OrderByDescending(hit => hit.Score).ThenByDescending(hit => hit.Document, StringComparer.Ordinal).Select(hit => hit.Document)];

    /// <summary>
    /// Documents in the order in which their passages were shown, each at its best rank. Only what stands next to each other with equal
    /// scores is put into the order of ids: a ranking need not be one of scores, such as one that was made diverse.
    /// </summary>
    /// <param name="shown">Passages, best first.</param>
    public static IReadOnlyList<string> OfShown(IEnumerable<(string Document, double Score)> shown)
    {
        var documents = shown.DistinctBy(hit => hit.Document).ToList();
        var order = new List<string>(documents.Count);
        for (var start = 0; start < documents.Count;)
        {
            var equal = documents.Skip(start).TakeWhile(hit => hit.Score.Equals(documents[start].Score)).Select(hit => hit.Document).ToList();
            order.AddRange(equal.OrderDescending(StringComparer.Ordinal));
            start += equal.Count;
        }

        return order;
    }
}
