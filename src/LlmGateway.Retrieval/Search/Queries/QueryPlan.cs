namespace LlmGateway.Retrieval.Search;

/// <param name="Text">What is looked for by words, and by meaning.</param>
/// <param name="Passage">What is looked for by meaning in its place: a passage such as the one sought; null for none.</param>
internal sealed record QueryVariant(string Text, string? Passage = null)
{
    public string Embedded => Passage ?? Text;
}

/// <summary>What is searched: questions, of each of which the best chunks count, and each in one or several words, which count together.</summary>
/// <param name="Questions">At least one, each with at least one variant.</param>
/// <param name="Notes">What went otherwise than asked for.</param>
internal sealed record QueryPlan(IReadOnlyList<IReadOnlyList<QueryVariant>> Questions, IReadOnlyList<string> Notes)
{
    public static QueryPlan Of(IReadOnlyList<string> queries) => new([.. queries.Select(query => (IReadOnlyList<QueryVariant>)[new QueryVariant(query)])], []);

    /// <summary>All texts that are searched.</summary>
    public IReadOnlyList<string> Texts => [.. Questions.SelectMany(variants => variants).SelectMany(variant => new[] { variant.Text, variant.Embedded }).Distinct(StringComparer.Ordinal)];
}
