using System.Text;
using LlmGateway.Gateway.Recording;

namespace LlmGateway.Gateway.Tests.Recording;

public sealed class AnswerTextTests
{
    private const string Chat = """{"id":"c","choices":[{"message":{"role":"assistant","content":"grüß \"dich\"","reasoning_content":"hm"}}]}""";

    [Fact]
    public void A_plain_answer_is_what_the_model_said_and_counted_with_its_reasoning()
    {
        Assert.True(AnswerText.TryRead(Encoding.UTF8.GetBytes(Chat + "\n"), out var said));
        Assert.Equal("grüß \"dich\"", said);
        Assert.Equal("grüß \"dich\"hm", AnswerText.ReadPlain(Encoding.UTF8.GetBytes(Chat)));
    }

    [Fact]
    public void An_answer_that_breaks_off_is_read_as_far_as_it_came()
    {
        var bytes = Encoding.UTF8.GetBytes(Chat);
        for (var length = 0; length < bytes.Length; length++)
        {
            var text = AnswerText.ReadPlain(bytes.AsSpan(0, length));
            Assert.StartsWith(text, "grüß \"dich\"hm", StringComparison.Ordinal);
            Assert.False(AnswerText.TryRead(bytes.AsSpan(0, length), out _));
        }

        Assert.Equal("grüß ", AnswerText.ReadPlain(bytes.AsSpan(0, Encoding.UTF8.GetByteCount(Chat[..(Chat.IndexOf("\\\"dich", StringComparison.Ordinal) + 1)]))));
    }

    [Theory]
    [InlineData("""{"choices":[{"delta":{"content":"Hel"}}]}""", """{"choices":[{"delta":{"content":"lo"}}]}""")]
    [InlineData("""{"type":"response.output_text.delta","delta":"Hel"}""", """{"type":"response.output_text.delta","delta":"lo"}""")]
    [InlineData("""{"type":"content_block_delta","delta":{"type":"text_delta","text":"Hel"}}""", """{"type":"content_block_delta","delta":{"type":"input_json_delta","partial_json":"lo"}}""")]
    public void A_stream_is_its_deltas_in_every_dialect(string first, string second) =>
        Assert.Equal("Hello", AnswerText.ReadStream(Encoding.UTF8.GetBytes($"data: {first}\n\ndata: {second}\n\n")));

    [Fact]
    public void A_text_that_a_stream_tells_twice_counts_once() =>
        Assert.Equal("Hi", AnswerText.ReadStream("""
            event: response.output_text.delta
            data: {"type":"response.output_text.delta","delta":"Hi"}

            event: response.output_text.done
            data: {"type":"response.output_text.done","text":"Hi"}


            """u8));
}
