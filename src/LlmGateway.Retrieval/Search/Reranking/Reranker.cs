using LlmGateway.Service;
using LlmGateway.Text.Search;

namespace LlmGateway.Retrieval.Search;

/// <param name="Order">Numbers of the passages, best first; each once.</param>
/// <param name="Note">What went otherwise than asked for; null if nothing did.</param>
internal readonly record struct NewOrder(IReadOnlyList<int> Order, string? Note = null);

/// <summary>
/// Ranks the best passages anew. A passage takes the score of the place that it comes to, so that scores fall from first to last
/// and a threshold means the same with a reranker as without.
/// </summary>
internal sealed class Reranker(ModelReranker model)
{
    /// <param name="caller">In whose name a model is asked.</param>
    /// <param name="queries">What is looked for.</param>
    /// <param name="passages">Best first.</param>
    /// <param name="settings">How.</param>
    /// <param name="language">The passages' language.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ApiException">The caller may not ask models (403), or the gateway refuses the call (400).</exception>
    public async Task<(IReadOnlyList<RankedPassage> Passages, string? Note)> RankAsync(
        Caller caller, IReadOnlyList<string> queries, IReadOnlyList<RankedPassage> passages, RerankerSettings settings, SearchLanguage language,
        CancellationToken cancellationToken)
    {
        var best = passages.Take(settings.DepthOrDefault).ToList();
        var ranked = settings.Type == RerankerSettings.Llm
            ? await model.RankAsync(caller, queries, best, settings.Model!, cancellationToken)
            : new NewOrder(ProximityReranker.Order(queries, best, language));
        var reranked = ranked.Order.Select((number, rank) => best[number] with { Score = best[rank].Score, Before = new RankBefore(best[number].Score, number + 1) });
        return ([.. reranked, .. passages.Skip(best.Count)], ranked.Note);
    }
}
