using System.Text.Json;
using LlmGateway.Retrieval.Search;
using LlmGateway.Service;

namespace LlmGateway.Retrieval.Tests.Search;

public sealed class SearchConfigurationTests
{
    [Theory]
    [InlineData("""{}""", 0.8)]
    [InlineData("""{"mode":"lexical"}""", 1)]
    [InlineData("""{"mode":"vector","exact":true}""", 0)]
    [InlineData("""{"fusion":{"text_weight":1,"embedding_weight":0}}""", 1)]
    [InlineData("""{"fusion":{"type":"rrf","k":2,"text_weight":0,"embedding_weight":3}}""", 0)]
    [InlineData("""{"bm25":{"k1":0.9,"b":0.4},"candidates":1000,"mmr":{"lambda":0},"reranker":{"type":"llm","model":"m"},"query":{"steps":["rewrite","hyde"],"model":"m"}}""", 0.8)]
    [InlineData("""{"fusion":{"type":"rrf"}}""", 0.5)]
    public void It_says_how_much_words_count(string json, double share)
    {
        var configuration = Read(json);
        configuration.Check("configuration");
        Assert.Equal(share, configuration.TextShare, 12);
    }

    [Theory]
    [InlineData("""{"mode":"both"}""", "configuration.mode")]
    [InlineData("""{"candidates":0}""", "configuration.candidates")]
    [InlineData("""{"fusion":{"type":"sum"}}""", "configuration.fusion.type")]
    [InlineData("""{"fusion":{"k":60}}""", "configuration.fusion.k")]
    [InlineData("""{"fusion":{"text_weight":1}}""", "configuration.fusion")]
    [InlineData("""{"fusion":{"text_weight":-1,"embedding_weight":2}}""", "configuration.fusion.text_weight")]
    [InlineData("""{"fusion":{"text_weight":0,"embedding_weight":0}}""", "configuration.fusion")]
    [InlineData("""{"bm25":{"b":1.1}}""", "configuration.bm25.b")]
    [InlineData("""{"mmr":{"lambda":-0.1}}""", "configuration.mmr.lambda")]
    [InlineData("""{"reranker":{}}""", "configuration.reranker.type")]
    [InlineData("""{"reranker":{"type":"llm"}}""", "configuration.reranker.model")]
    [InlineData("""{"reranker":{"type":"proximity","model":"m"}}""", "configuration.reranker.model")]
    [InlineData("""{"query":{"steps":["rewrite","rewrite"],"model":"m"}}""", "configuration.query.steps")]
    [InlineData("""{"query":{"steps":["guess"],"model":"m"}}""", "configuration.query.steps[0]")]
    [InlineData("""{"query":{"steps":["rewrite"]}}""", "configuration.query.model")]
    public void What_is_wrong_in_it_is_named(string json, string param) =>
        Assert.Equal(param, Assert.Throws<ApiException>(() => Read(json).Check("configuration")).Error.Param);

    [Theory]
    [InlineData("""{"modus":"hybrid"}""", "$.modus")]
    [InlineData("""{"fusion":{"weight":1}}""", "$.fusion.weight")]
    public void An_unknown_member_is_an_error_that_names_it(string json, string path) =>
        Assert.Equal(path, Assert.Throws<JsonException>(() => Read(json)).Path);

    private static SearchConfiguration Read(string json) => JsonSerializer.Deserialize(json, RetrievalJsonContext.Default.SearchConfiguration)!;
}
