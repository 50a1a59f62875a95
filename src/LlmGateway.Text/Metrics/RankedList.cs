namespace LlmGateway.Text.Metrics;

/// <summary>
/// How well a whole ranked list of documents answers one query: the measures that have no k. A document that comes twice counts where it
/// came first. The definitions are those of <c>trec_eval</c> (<c>map</c>, <c>recip_rank</c>, <c>Rprec</c>).
/// </summary>
/// <param name="AveragePrecision">
/// The mean, over all relevant documents, of the precision at the rank of each; one that was not retrieved adds 0 (C. Buckley and
/// E. Voorhees, Retrieval System Evaluation, in: TREC, 2005). Its mean over queries is MAP.
/// </param>
/// <param name="ReciprocalRank">1 over the rank of the first relevant document, else 0. Its mean over queries is MRR.</param>
/// <param name="RPrecision">Relevant ones among the first R, over R, where R documents are relevant; also where fewer were retrieved.</param>
public sealed record RankedList(double AveragePrecision, double ReciprocalRank, double RPrecision)
{
    /// <param name="retrieved">Ids, best first.</param>
    /// <param name="relevance">The gain of each judged document, at least 0; one that is absent, or of gain 0, is not relevant.</param>
    /// <returns>Null where nothing is relevant: there is nothing to find.</returns>
    public static RankedList? Score(IEnumerable<string> retrieved, IReadOnlyDictionary<string, double> relevance)
    {
        var relevant = relevance.Values.Count(gain => gain > 0);
        if (relevant == 0)
        {
            return null;
        }

        var (found, precisions, first, early) = (0, 0.0, 0, 0);
        foreach (var (place, id) in retrieved.Distinct().Index())
        {
            if (relevance.GetValueOrDefault(id) > 0)
            {
                found++;
                precisions += (double)found / (place + 1);
                first = first == 0 ? place + 1 : first;
                early += place < relevant ? 1 : 0;
            }
        }

        return new RankedList(precisions / relevant, first == 0 ? 0 : 1.0 / first, (double)early / relevant);
    }
}
