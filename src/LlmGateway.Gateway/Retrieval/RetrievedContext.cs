using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Gateway.Retrieval;

/// <summary>What was found for a request.</summary>
/// <param name="Query">What was asked.</param>
/// <param name="Passages">What fits the budget, best first; a whole store in its own order.</param>
/// <param name="LeftOut">What was found and does not fit.</param>
/// <param name="Took">How long it took.</param>
internal sealed record RetrievedContext(PassageQuery Query, IReadOnlyList<Passage> Passages, IReadOnlyList<Passage> LeftOut, TimeSpan Took)
{
    public int Tokens => Passages.Sum(passage => passage.Tokens);

    /// <param name="kind">The tool or block that wanted it.</param>
    public InferenceRetrieval Describe(string kind) => new()
    {
        Kind = kind,
        Query = Query.IsStuffed ? null : Query.Text,
        Strategy = Query.IsStuffed ? PassageQuery.Stuff : PassageQuery.Search,
        Passages = [.. Passages.Select(passage => passage.Describe())],
        LeftOut = [.. LeftOut.Select(passage => passage.Describe())],
        Tokens = Tokens,
        MaxTokens = Query.MaxTokens,
        DurationMicros = (long)Took.TotalMicroseconds,
    };
}
