using LlmGateway.Service;

namespace LlmGateway.Gateway.Retrieval;

/// <summary>Looks passages up for a request, in all its stores at once, and takes what fits.</summary>
internal sealed class PassageLookup(RetrievalClient client, TimeProvider time)
{
    /// <param name="caller">Whose stores.</param>
    /// <param name="query">What is wanted.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ApiException">There is no such store (404), the query is wrong or a whole store does not fit (400), or the service does not answer (502, 503).</exception>
    public async Task<RetrievedContext> FindAsync(Caller caller, PassageQuery query, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        if (query.IsStuffed)
        {
            var whole = await StuffAsync(caller, query, cancellationToken);
            return new RetrievedContext(query, whole, [], time.GetElapsedTime(begun));
        }

        if (string.IsNullOrWhiteSpace(query.Text))
        {
            return new RetrievedContext(query, [], [], time.GetElapsedTime(begun));
        }

        var found = await Task.WhenAll(query.Stores.Select(store => client.SearchAsync(caller, store, query, cancellationToken)));
        var ranked = found.SelectMany(passages => passages).OrderByDescending(passage => passage.Score).Take(query.MaxResults);
        var (passages, leftOut) = ContextBudget.Fit(ranked, query.MaxTokens, query.Model);
        return new RetrievedContext(query, passages, leftOut, time.GetElapsedTime(begun));
    }

    private async Task<IReadOnlyList<Passage>> StuffAsync(Caller caller, PassageQuery query, CancellationToken cancellationToken)
    {
        var contents = await Task.WhenAll(query.Stores.Select(store => client.ReadAsync(caller, store, query, cancellationToken)));
        var (passages, leftOut) = ContextBudget.Fit(contents.SelectMany(content => content), query.MaxTokens, query.Model);
        var tokens = passages.Concat(leftOut).Sum(passage => (long)passage.Tokens);
        return leftOut.Count == 0 ? passages : throw new ApiException(ApiErrors.BadRequest(
            $"The {(query.Stores.Count == 1 ? "store has" : "stores have")} {tokens:N0} tokens, and {query.MaxTokens:N0} may be put into this request. "
            + "Search them (strategy 'search'), raise 'max_tokens', or take a model with a larger window.", query.Param, "context_length_exceeded"));
    }
}
