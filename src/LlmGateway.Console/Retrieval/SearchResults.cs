using System.Text.Json;

namespace LlmGateway.Console.Retrieval;

/// <summary>What a search found, best first.</summary>
public sealed record SearchPage(JsonElement SearchQuery, IReadOnlyList<SearchResult> Data, IReadOnlyList<string>? Notes)
{
    /// <summary>What was searched, which steps may have made of the query.</summary>
    public IReadOnlyList<string> Queries => SearchQuery.ValueKind == JsonValueKind.Array ? [.. SearchQuery.EnumerateArray().Select(query => query.ToString())] : [SearchQuery.ToString()];
}

/// <param name="FileId">The file.</param>
/// <param name="Filename">Its name.</param>
/// <param name="Score">0 to 1, of this search only.</param>
/// <param name="Attributes">The file's.</param>
/// <param name="Content">The passage.</param>
/// <param name="Span">Where it stands in the file's text.</param>
/// <param name="Before">Before it was ranked anew; null if nothing was.</param>
public sealed record SearchResult(
    string FileId, string Filename, double Score, JsonElement? Attributes, IReadOnlyList<ContentText> Content, PassageSpan? Span, RankBefore? Before)
{
    public string Text => string.Concat(Content.Select(content => content.Text));

    /// <summary>The same in every search of the store.</summary>
    public (string, int, int) Place => (FileId, Span?.Start ?? 0, Span?.End ?? 0);
}

public sealed record PassageSpan(int Start, int End);

public sealed record RankBefore(double Score, int Rank);
