using System.Text;

namespace LlmGateway.OpenAI.Tests.Usage;

/// <summary>Usage by kind, in each dialect's words.</summary>
public sealed class UsageReaderTests
{
    [Fact]
    public void Chat_usage_tells_audio_and_what_the_cache_read()
    {
        var facts = Read(
            """
            {"usage":{"prompt_tokens":100,"completion_tokens":50,
             "prompt_tokens_details":{"cached_tokens":40,"audio_tokens":9,"text_tokens":91},
             "completion_tokens_details":{"reasoning_tokens":20,"audio_tokens":5,"accepted_prediction_tokens":0}},"service_tier":"flex"}
            """);

        Assert.Equal((100, 40, 9), (facts.InputTokens, facts.CachedInputTokens, facts.AudioInputTokens));
        Assert.Equal((50, 20, 5), (facts.OutputTokens, facts.ReasoningTokens, facts.AudioOutputTokens));
        Assert.Equal("flex", facts.ServiceTier);
        Assert.Null(facts.CacheWriteTokens);
    }

    [Fact]
    public void The_parts_that_messages_count_beside_their_input_are_added_to_it()
    {
        var facts = Read(
            """
            {"id":"msg_1","type":"message","usage":{"input_tokens":10,"cache_creation_input_tokens":300,"cache_read_input_tokens":2000,
             "cache_creation":{"ephemeral_5m_input_tokens":100,"ephemeral_1h_input_tokens":200},"output_tokens":7,"service_tier":"standard"}}
            """);

        Assert.Equal((2310, 7), (facts.InputTokens, facts.OutputTokens));
        Assert.Equal((2000, 100, 200), (facts.CachedInputTokens, facts.CacheWriteTokens, facts.CacheWrite1hTokens));
    }

    [Fact]
    public void A_stream_of_messages_tells_its_input_first_and_its_output_last()
    {
        var facts = Read("""{"type":"message_start","message":{"id":"msg_1","usage":{"input_tokens":3,"cache_read_input_tokens":4,"cache_creation_input_tokens":0,"output_tokens":1}}}""");
        Assert.Equal(("msg_1", 7, 1), (facts.Id, facts.InputTokens, facts.OutputTokens));

        AnswerReader.TryRead("""{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":15}}"""u8, ref facts);
        Assert.Equal((7, 15, 4), (facts.InputTokens, facts.OutputTokens, facts.CachedInputTokens));
    }

    [Fact]
    public void A_whole_input_with_cache_words_beside_it_is_the_whole_input()
    {
        var facts = Read("""{"usage":{"prompt_tokens":100,"completion_tokens":1,"cache_read_input_tokens":60,"prompt_cache_hit_tokens":60}}""");
        Assert.Equal((100, 60), (facts.InputTokens, facts.CachedInputTokens));
    }

    [Fact]
    public void Zero_is_zero_and_absent_is_null()
    {
        var facts = Read("""{"usage":{"prompt_tokens":0,"completion_tokens":0,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":null},"completion_tokens_details":null}}""");
        Assert.Equal((0, 0, 0), (facts.InputTokens, facts.OutputTokens, facts.CachedInputTokens));
        Assert.Null(facts.AudioInputTokens);
        Assert.Null(facts.ReasoningTokens);
    }

    [Theory]
    [InlineData("""{"usage":{"prompt_tokens":-1,"completion_tokens":1.5}}""")]
    [InlineData("""{"usage":{"prompt_tokens_details":[{"cached_tokens":1}],"completion_tokens_details":"many"}}""")]
    [InlineData("""{"usage":[{"prompt_tokens":1}],"message":"all of it","service_tier":3}""")]
    public void What_is_no_count_is_unknown(string json)
    {
        var facts = Read(json);
        Assert.False(facts.HasUsage);
        Assert.Null(facts.CachedInputTokens);
    }

    private static AnswerFacts Read(string json)
    {
        var facts = new AnswerFacts();
        Assert.True(AnswerReader.TryRead(Encoding.UTF8.GetBytes(json), ref facts));
        return facts;
    }
}
