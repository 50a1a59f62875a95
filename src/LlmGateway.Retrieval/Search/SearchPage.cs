using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.Retrieval.Files;

namespace LlmGateway.Retrieval.Search;

/// <summary>What a search found, as the API shows it.</summary>
/// <param name="SearchQuery">What was searched.</param>
/// <param name="Data">Best first.</param>
/// <param name="Notes">Ours: what went otherwise than asked for; null if nothing did.</param>
internal sealed record SearchPage(IReadOnlyList<string> SearchQuery, IReadOnlyList<SearchResult> Data, IReadOnlyList<string>? Notes)
{
    public string Object { get; } = "vector_store.search_results.page";

    public bool HasMore { get; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? NextPage { get; }
}

/// <param name="FileId">The file.</param>
/// <param name="Filename">Its name.</param>
/// <param name="Score">0 to 1, of this search only.</param>
/// <param name="Attributes">The file's attributes.</param>
/// <param name="Content">The passage.</param>
/// <param name="Span">Ours: where the passage stands in the file's text.</param>
/// <param name="Before">Ours: its score and place before it was ranked anew; null if nothing was.</param>
internal sealed record SearchResult(
    string FileId, string Filename, double Score, JsonElement Attributes, IReadOnlyList<TextContent> Content, PassageSpan Span, RankBefore? Before);

/// <param name="Start">First character.</param>
/// <param name="End">Behind the last character.</param>
internal sealed record PassageSpan(int Start, int End);
