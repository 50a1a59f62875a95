using System.Text.Json;
using LlmGateway.Service;

namespace LlmGateway.Retrieval.Chunking;

/// <summary>How a file's text is cut; see <see cref="Chunker"/>.</summary>
/// <param name="Type">One of <see cref="Types"/>.</param>
/// <param name="MaxChunkSizeTokens">Longest chunk, in tokens of the store's embedding model; of the small ones, where there are parents.</param>
/// <param name="ChunkOverlapTokens">How much of the chunk before a chunk begins with; 0 to half of the size.</param>
/// <param name="MaxParentSizeTokens">Longest parent; 0 where the strategy has none.</param>
internal sealed record ChunkingStrategy(string Type, int MaxChunkSizeTokens, int ChunkOverlapTokens, int MaxParentSizeTokens = 0)
{
    /// <summary>OpenAI's: so many tokens, wherever that cuts.</summary>
    public const string Static = "static";

    /// <summary>Ours: at the largest boundary that fits: paragraphs, then lines, sentences, words.</summary>
    public const string Recursive = "recursive";

    /// <summary>Ours: whole sentences.</summary>
    public const string Sentence = "sentence";

    /// <summary>Ours: section by section; each chunk begins with the headings above it.</summary>
    public const string Markdown = "markdown";

    /// <summary>Ours: small chunks are searched, the passage around them is shown.</summary>
    public const string ParentChild = "parent_child";

    /// <summary>OpenAI's <c>auto</c>: 800 tokens with 400 of overlap.</summary>
    public static readonly ChunkingStrategy Auto = new(Static, 800, 400);

    public static readonly string[] Types = [Static, Recursive, Sentence, Markdown, ParentChild];

    /// <exception cref="ApiException">It is malformed (400).</exception>
    public static ChunkingStrategy Read(ChunkingStrategyRequest? request) => request?.Read() ?? Auto;

    public string ToJson() => JsonSerializer.Serialize(this, RetrievalJsonContext.Default.ChunkingStrategy);

    public static ChunkingStrategy Parse(string json) => JsonSerializer.Deserialize(json, RetrievalJsonContext.Default.ChunkingStrategy)!;
}
