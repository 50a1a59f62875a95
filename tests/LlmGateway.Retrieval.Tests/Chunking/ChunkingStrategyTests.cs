using System.Text.Json;
using LlmGateway.Retrieval.Chunking;
using LlmGateway.Service;

namespace LlmGateway.Retrieval.Tests.Chunking;

public sealed class ChunkingStrategyTests
{
    [Theory]
    [InlineData("""{"type": "auto"}""", "static", 800, 400, 0)]
    [InlineData("""{"type": "static", "static": {"max_chunk_size_tokens": 300, "chunk_overlap_tokens": 50}}""", "static", 300, 50, 0)]
    [InlineData("""{"type": "recursive"}""", "recursive", 400, 0, 0)]
    [InlineData("""{"type": "sentence", "sentence": {"chunk_overlap_tokens": 20}}""", "sentence", 200, 20, 0)]
    [InlineData("""{"type": "markdown", "markdown": {"max_chunk_size_tokens": 256}}""", "markdown", 256, 0, 0)]
    [InlineData("""{"type": "parent_child", "parent_child": {"max_chunk_size_tokens": 100}}""", "parent_child", 100, 0, 800)]
    public void It_is_read_with_its_defaults(string json, string type, int size, int overlap, int parent)
    {
        var strategy = Read(json);
        Assert.Equal(new ChunkingStrategy(type, size, overlap, parent), strategy);
        Assert.Equal(strategy, ChunkingStrategy.Parse(strategy.ToJson()));
        Assert.Equal(strategy, ChunkingStrategyRequest.Of(strategy).Read());
    }

    [Theory]
    [InlineData("""{"type": "semantic"}""", "chunking_strategy.type")]
    [InlineData("""{"type": "static"}""", "chunking_strategy.static")]
    [InlineData("""{"type": "static", "static": {"max_chunk_size_tokens": 300}}""", "chunking_strategy.static")]
    [InlineData("""{"type": "static", "static": {"max_chunk_size_tokens": 99, "chunk_overlap_tokens": 0}}""", "chunking_strategy.static.max_chunk_size_tokens")]
    [InlineData("""{"type": "static", "static": {"max_chunk_size_tokens": 4097, "chunk_overlap_tokens": 0}}""", "chunking_strategy.static.max_chunk_size_tokens")]
    [InlineData("""{"type": "static", "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 51}}""", "chunking_strategy.static.chunk_overlap_tokens")]
    [InlineData("""{"type": "auto", "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 5}}""", "chunking_strategy.static")]
    [InlineData("""{"type": "recursive", "recursive": {"chunk_overlap_tokens": -1}}""", "chunking_strategy.recursive.chunk_overlap_tokens")]
    [InlineData("""{"type": "recursive", "recursive": {"max_parent_size_tokens": 500}}""", "chunking_strategy.recursive.max_parent_size_tokens")]
    [InlineData("""{"type": "parent_child", "parent_child": {"max_chunk_size_tokens": 300, "max_parent_size_tokens": 200}}""", "chunking_strategy.parent_child.max_parent_size_tokens")]
    public void What_is_malformed_is_refused_by_its_field(string json, string param) =>
        Assert.Equal(param, Assert.Throws<ApiException>(() => Read(json)).Error.Param);

    private static ChunkingStrategy Read(string json) =>
        ChunkingStrategy.Read(JsonSerializer.Deserialize(json, RetrievalJsonContext.Default.ChunkingStrategyRequest));
}
