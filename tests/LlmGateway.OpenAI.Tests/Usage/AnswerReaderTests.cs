using System.Text;

namespace LlmGateway.OpenAI.Tests.Usage;

public sealed class AnswerReaderTests
{
    [Fact]
    public void Chat_usage_is_read_with_its_details()
    {
        var facts = Read(
            """
            {"id":"c","choices":[{"message":{"content":"{\"usage\":{\"prompt_tokens\":99}}"},"finish_reason":"stop"}],
             "usage":{"prompt_tokens":10,"completion_tokens":4,"prompt_tokens_details":{"cached_tokens":0},"completion_tokens_details":{"reasoning_tokens":3}}}
            """);

        Assert.Equal(("c", "stop"), (facts.Id, facts.FinishReason));
        Assert.Equal((10, 4, 0, 3), (facts.InputTokens, facts.OutputTokens, facts.CachedInputTokens, facts.ReasoningTokens));
    }

    [Fact]
    public void The_last_event_of_a_response_is_read_inside_it()
    {
        var facts = Read(
            """
            {"type":"response.completed","response":{"id":"r","status":"completed","error":null,
             "usage":{"input_tokens":7,"input_tokens_details":{"cached_tokens":2},"output_tokens":1}}}
            """);

        Assert.Equal(("r", 7, 1, 2), (facts.Id, facts.InputTokens, facts.OutputTokens, facts.CachedInputTokens));
        Assert.False(facts.IsError);
    }

    [Theory]
    [InlineData("""{"id":"c","usage":null}""")]
    [InlineData("""{"id":"c"}""")]
    [InlineData("""{"id":"c","usage":{"prompt_tokens":"many","completion_tokens":null}}""")]
    public void Absent_usage_is_not_zero(string json)
    {
        var facts = Read(json);

        Assert.False(facts.HasUsage);
        Assert.Null(facts.InputTokens);
        Assert.Null(facts.OutputTokens);
    }

    [Fact]
    public void An_error_is_known_by_its_code_or_its_type()
    {
        Assert.Equal("model_not_found", Read("""{"error":{"message":"m","type":"invalid_request_error","code":"model_not_found"}}""").ErrorCode);
        Assert.Equal("server_error", Read("""{"error":{"message":"m","type":"server_error","code":null}}""").ErrorCode);
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("{\"usage\":{\"prompt_tokens\":")]
    [InlineData("")]
    public void What_is_not_an_object_is_not_read(string json)
    {
        var facts = default(AnswerFacts);
        Assert.False(AnswerReader.TryRead(Encoding.UTF8.GetBytes(json), ref facts));
    }

    private static AnswerFacts Read(string json)
    {
        var facts = default(AnswerFacts);
        Assert.True(AnswerReader.TryRead(Encoding.UTF8.GetBytes(json), ref facts));
        return facts;
    }
}
