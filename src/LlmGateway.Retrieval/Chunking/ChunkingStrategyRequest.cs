using System.Text.Json.Serialization;
using LlmGateway.Service;

namespace LlmGateway.Retrieval.Chunking;

/// <summary>
/// OpenAI's <c>chunking_strategy</c> as it is asked for and shown: a type, and numbers in a member that has the type's name. OpenAI's
/// types are <c>auto</c> and <c>static</c>, whose numbers must be given; the others are ours, and have defaults.
/// </summary>
/// <param name="Type"><c>auto</c>, or one of <see cref="ChunkingStrategy.Types"/>; never the former when shown.</param>
/// <param name="Static">For <c>static</c>: 100 to 4,096 tokens.</param>
/// <param name="Recursive">By default 400 tokens without overlap.</param>
/// <param name="Sentence">By default 200 tokens without overlap.</param>
/// <param name="Markdown">By default 400 tokens without overlap.</param>
/// <param name="ParentChild">By default 200 tokens, in parents of 800.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ChunkingStrategyRequest(
    string Type, ChunkSizes? Static = null, ChunkSizes? Recursive = null, ChunkSizes? Sentence = null, ChunkSizes? Markdown = null, ChunkSizes? ParentChild = null)
{
    private const string Auto = "auto";
    private const int LowestStaticSize = 100;
    private const int LowestSize = 20;
    private const int HighestSize = 4096;

    /// <exception cref="ApiException">A field is malformed, or numbers are given for another type (400).</exception>
    public ChunkingStrategy Read()
    {
        (string Name, ChunkSizes? Sizes)[] given =
        [
            (ChunkingStrategy.Static, Static), (ChunkingStrategy.Recursive, Recursive), (ChunkingStrategy.Sentence, Sentence),
            (ChunkingStrategy.Markdown, Markdown), (ChunkingStrategy.ParentChild, ParentChild),
        ];
        if (given.FirstOrDefault(entry => entry.Sizes is not null && entry.Name != Type).Name is { } stray)
        {
            throw Invalid($"'chunking_strategy.{stray}' is for the type '{stray}', and this is '{Type}'.", stray);
        }

        return Type switch
        {
            Auto => ChunkingStrategy.Auto,
            ChunkingStrategy.Static when Static is not { MaxChunkSizeTokens: not null, ChunkOverlapTokens: not null } =>
                throw Invalid("'chunking_strategy.static' needs 'max_chunk_size_tokens' and 'chunk_overlap_tokens'.", "static"),
            ChunkingStrategy.Static => Check(Static, LowestStaticSize, 0),
            ChunkingStrategy.Recursive => Check(Recursive, LowestSize, 400),
            ChunkingStrategy.Sentence => Check(Sentence, LowestSize, 200),
            ChunkingStrategy.Markdown => Check(Markdown, LowestSize, 400),
            ChunkingStrategy.ParentChild => Check(ParentChild, LowestSize, 200, 800),
            _ => throw Invalid($"Invalid 'chunking_strategy.type': expected '{Auto}' or one of {string.Join(", ", ChunkingStrategy.Types)}.", "type"),
        };
    }

    public static ChunkingStrategyRequest Of(ChunkingStrategy strategy)
    {
        var sizes = new ChunkSizes(
            strategy.MaxChunkSizeTokens, strategy.ChunkOverlapTokens, strategy.MaxParentSizeTokens == 0 ? null : strategy.MaxParentSizeTokens);
        var request = new ChunkingStrategyRequest(strategy.Type);
        return strategy.Type switch
        {
            ChunkingStrategy.Static => request with { Static = sizes },
            ChunkingStrategy.Recursive => request with { Recursive = sizes },
            ChunkingStrategy.Sentence => request with { Sentence = sizes },
            ChunkingStrategy.Markdown => request with { Markdown = sizes },
            _ => request with { ParentChild = sizes },
        };
    }

    private ChunkingStrategy Check(ChunkSizes? sizes, int lowest, int defaultSize, int defaultParent = 0)
    {
        var size = sizes?.MaxChunkSizeTokens ?? defaultSize;
        var overlap = sizes?.ChunkOverlapTokens ?? 0;
        var parent = sizes?.MaxParentSizeTokens ?? defaultParent;
        if (size < lowest || size > HighestSize)
        {
            throw Invalid($"Invalid 'chunking_strategy.{Type}.max_chunk_size_tokens': expected {lowest} to {HighestSize}.", $"{Type}.max_chunk_size_tokens");
        }

        if (overlap < 0 || overlap > size / 2)
        {
            throw Invalid($"Invalid 'chunking_strategy.{Type}.chunk_overlap_tokens': expected 0 to half of 'max_chunk_size_tokens'.", $"{Type}.chunk_overlap_tokens");
        }

        if (defaultParent == 0 ? sizes?.MaxParentSizeTokens is not null : parent < size || parent > HighestSize)
        {
            var expected = defaultParent == 0 ? "is for the type 'parent_child' alone" : $"expected 'max_chunk_size_tokens' to {HighestSize}";
            throw Invalid($"Invalid 'chunking_strategy.{Type}.max_parent_size_tokens': {expected}.", $"{Type}.max_parent_size_tokens");
        }

        return new ChunkingStrategy(Type, size, overlap, parent);
    }

    private static ApiException Invalid(string message, string field) => new(ApiErrors.BadRequest(message, $"chunking_strategy.{field}"));
}

/// <param name="MaxChunkSizeTokens">Longest chunk, in tokens; at most 4,096.</param>
/// <param name="ChunkOverlapTokens">How much of the chunk before a chunk begins with; 0 to half of the size.</param>
/// <param name="MaxParentSizeTokens">For <c>parent_child</c> alone: the longest parent.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ChunkSizes(int? MaxChunkSizeTokens = null, int? ChunkOverlapTokens = null, int? MaxParentSizeTokens = null);
