using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.Service;

namespace LlmGateway.Retrieval.Chunking;

/// <summary>
/// OpenAI's <c>chunking_strategy</c>: <c>auto</c>, which is 800 tokens with 400 of overlap, or <c>static</c> with numbers of the
/// caller's.
/// </summary>
/// <param name="MaxChunkSizeTokens">100 to 4,096.</param>
/// <param name="ChunkOverlapTokens">0 to half of the size.</param>
internal sealed record ChunkingStrategy(int MaxChunkSizeTokens, int ChunkOverlapTokens)
{
    public static readonly ChunkingStrategy Auto = new(800, 400);

    private const int LowestSize = 100;
    private const int HighestSize = 4096;

    /// <exception cref="ApiException">It is malformed (400).</exception>
    public static ChunkingStrategy Read(ChunkingStrategyRequest? request) => request switch
    {
        null or { Type: "auto", Static: null } => Auto,
        { Type: "static", Static: { } numbers } => Check(numbers),
        { Type: "static" } => throw Invalid("Missing required parameter: 'chunking_strategy.static'.", "static"),
        _ => throw Invalid("Invalid 'chunking_strategy.type': expected 'auto' or 'static'.", "type"),
    };

    public string ToJson() => JsonSerializer.Serialize(this, RetrievalJsonContext.Default.ChunkingStrategy);

    public static ChunkingStrategy Parse(string json) => JsonSerializer.Deserialize(json, RetrievalJsonContext.Default.ChunkingStrategy)!;

    private static ChunkingStrategy Check(ChunkingStrategy numbers) =>
        numbers.MaxChunkSizeTokens is < LowestSize or > HighestSize
            ? throw Invalid($"Invalid 'chunking_strategy.static.max_chunk_size_tokens': expected {LowestSize} to {HighestSize}.", "static.max_chunk_size_tokens")
        : numbers.ChunkOverlapTokens < 0 || numbers.ChunkOverlapTokens > numbers.MaxChunkSizeTokens / 2
            ? throw Invalid("Invalid 'chunking_strategy.static.chunk_overlap_tokens': expected 0 to half of 'max_chunk_size_tokens'.", "static.chunk_overlap_tokens")
        : numbers;

    private static ApiException Invalid(string message, string field) => new(ApiErrors.BadRequest(message, $"chunking_strategy.{field}"));
}

/// <summary>The strategy as it is asked for and shown.</summary>
/// <param name="Type"><c>auto</c> or <c>static</c>; always the latter when shown.</param>
/// <param name="Static">The numbers.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ChunkingStrategyRequest(string Type, ChunkingStrategy? Static = null);
