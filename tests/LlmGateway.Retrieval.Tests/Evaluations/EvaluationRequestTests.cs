using System.Text.Json;
using LlmGateway.Retrieval.Evaluations;
using LlmGateway.Service;

namespace LlmGateway.Retrieval.Tests.Evaluations;

/// <summary>A malformed request is refused, and the error names the field.</summary>
public sealed class EvaluationRequestTests
{
    private const string Good = """
        "vector_store_id": "vs_1", "queries": [{"query": "q", "relevant": [{"file_id": "file-1"}]}], "configurations": [{"name": "a", "configuration": {"mode": "lexical"}}]
        """;

    [Fact]
    public void What_is_absent_has_a_default()
    {
        var plan = Read("{" + Good + "}").Read();
        Assert.Equal([1, 5, 10], plan.K);
        Assert.Equal(("ndcg@10", 100, 1u), (plan.Metric, plan.Depth, plan.Seed));
        Assert.Equal(plan.Write(), EvaluationPlan.Parse(plan.Write()).Write());
    }

    [Theory]
    [InlineData("""{"queries": [], "configurations": []}""", "vector_store_id")]
    [InlineData("""{"vector_store_id": "vs_1", "configurations": []}""", "queries")]
    [InlineData("""{"vector_store_id": "vs_1", "queries": [], "queries_file_id": "file-1"}""", "queries")]
    [InlineData("""{"vector_store_id": "vs_1", "queries": []}""", "configurations")]
    [InlineData("""{"vector_store_id": "vs_1", "queries": [], "configurations": [{"name": ""}]}""", "configurations[0].name")]
    [InlineData("""{"vector_store_id": "vs_1", "queries": [], "configurations": [{"name": "a"}, {"name": "a"}]}""", "configurations[1].name")]
    [InlineData("""{"vector_store_id": "vs_1", "queries": [], "configurations": [{"name": "a", "configuration": {"mode": "magic"}}]}""", "configurations[0].configuration.mode")]
    [InlineData("{" + Good + ""","k": [0]}""", "k")]
    [InlineData("{" + Good + ""","k": [50], "depth": 20}""", "k")]
    [InlineData("{" + Good + ""","k": [-3]}""", "k")]
    [InlineData("{" + Good + ""","depth": 5}""", "depth")]
    [InlineData("{" + Good + ""","metric": "ndcg@7"}""", "metric")]
    [InlineData("{" + Good + ""","tune": {"folds": 1}}""", "tune.folds")]
    public void The_error_names_the_field(string json, string param) =>
        Assert.Equal(param, Assert.Throws<ApiException>(() => Read(json).Read()).Error.Param);

    [Theory]
    [InlineData("""{"relevant": [{"file_id": "f"}]}""", "queries[0].query")]
    [InlineData("""{"query": "q"}""", "queries[0].relevant")]
    [InlineData("""{"query": "q", "relevant": [{}]}""", "queries[0].relevant[0].file_id")]
    [InlineData("""{"query": "q", "relevant": [{"file_id": "f", "relevance": -1}]}""", "queries[0].relevant[0].relevance")]
    [InlineData("""{"query": "q", "spans": [{"file_id": "f", "start": 5, "end": 5}]}""", "queries[0].spans[0].end")]
    public void The_error_names_the_querys_field(string json, string param) => Assert.Equal(
        param, Assert.Throws<ApiException>(() => JsonSerializer.Deserialize(json, EvaluationJsonContext.Default.JudgedQuery)!.Check("queries[0]")).Error.Param);

    [Fact]
    public void A_field_that_nobody_knows_is_refused() => Assert.Throws<JsonException>(() => Read("""{"vector_store": "vs_1"}"""));

    [Fact]
    public void A_line_that_cannot_be_read_is_named()
    {
        var error = Assert.Throws<ApiException>(() => UploadedLines.Parse("{\"query\": \"a\"}\n\n{\"query\": 3}\n", 10, EvaluationJsonContext.Default.JudgedQuery, "queries_file_id")).Error;
        Assert.Equal("queries_file_id", error.Param);
        Assert.Contains("line 3", error.Message, StringComparison.Ordinal);
    }

    private static EvaluationRequest Read(string json) => JsonSerializer.Deserialize(json, EvaluationJsonContext.Default.EvaluationRequest)!;
}
