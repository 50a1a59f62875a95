namespace LlmGateway.Retrieval.Search;

/// <summary>What a search found.</summary>
/// <param name="Queries">What was searched: the caller's queries, or what steps made of them.</param>
/// <param name="Passages">Best first.</param>
/// <param name="Notes">What went otherwise than asked for, such as a reranker that did not answer.</param>
internal sealed record Ranking(IReadOnlyList<string> Queries, IReadOnlyList<RankedPassage> Passages, IReadOnlyList<string> Notes);

/// <param name="FileId">The file.</param>
/// <param name="FileRowId">Its row in the store.</param>
/// <param name="Start">First character in the file's text.</param>
/// <param name="End">Behind the last character.</param>
/// <param name="Text">The passage.</param>
/// <param name="Score">0 to 1, of this search only.</param>
/// <param name="Before">Where it stood before it was ranked anew; null if nothing was.</param>
internal sealed record RankedPassage(
    string FileId, string FileRowId, int Start, int End, string Text, double Score, RankBefore? Before = null);

/// <param name="Score">The fused score.</param>
/// <param name="Rank">The place, from 1.</param>
internal sealed record RankBefore(double Score, int Rank);
