using System.Text;
using System.Text.Json;
using LlmGateway.Gateway.Dialects;
using LlmGateway.Gateway.Dialects.Completions;
using LlmGateway.Service;
using LlmGateway.TestKit.Contract;
using static LlmGateway.Gateway.Tests.Dialects.Translating;

namespace LlmGateway.Gateway.Tests.Dialects;

/// <summary>Completions of a prompt by a provider that has chat completions only.</summary>
public sealed class CompletionsTests
{
    [Theory]
    [InlineData("\"Once\"")]
    [InlineData("[\"Once\"]")]
    public void A_prompt_is_what_the_user_says(string prompt)
    {
        var context = Context();
        AssertJson(
            """{"model":"m","messages":[{"role":"user","content":"Once"}],"max_tokens":16,"temperature":0,"n":2,"stop":["."],"seed":3,"logprobs":true,"top_logprobs":1}""",
            new CompletionsToChat(context).Request($$"""{"model":"x","prompt":{{prompt}},"temperature":0,"n":2,"stop":["."],"seed":3,"logprobs":1,"suffix":"end","best_of":3,"user":null}"""));
        Assert.Equal(["suffix", "best_of"], context.Dropped);
    }

    [Theory]
    [InlineData("""{"model":"x","prompt":["a","b"]}""", "prompt")]
    [InlineData("""{"model":"x","prompt":[1,2]}""", "prompt")]
    [InlineData("""{"model":"x","prompt":7}""", "prompt")]
    [InlineData("""{"model":"x","prompt":"a","max_tokens":"9"}""", "max_tokens")]
    public void What_cannot_be_said_is_refused(string request, string param) =>
        Assert.Equal(param, Assert.Throws<ApiException>(() => new CompletionsToChat(Context()).Request(request)).Error.Param);

    [Fact]
    public void An_answer_has_the_texts_of_all_choices_behind_the_echo()
    {
        var answer = Ask("""{"model":"x","prompt":"Once ","echo":true}""").Answer("""
            {"id":"chatcmpl-7","object":"chat.completion","created":5,"model":"gpt","usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3},"choices":[
             {"index":0,"finish_reason":"stop","message":{"content":"upon"},"logprobs":{"content":[{"token":"up","logprob":-0.5,"top_logprobs":[{"token":"up","logprob":-0.5}]},{"token":"on","logprob":-1,"top_logprobs":[]}]}},
             {"index":1,"finish_reason":"length","message":{"content":"more"}}]}
            """);
        AssertContract(answer);
        AssertJson("""
            {"id":"cmpl-7","object":"text_completion","created":5,"model":"gpt","choices":[
             {"index":0,"text":"Once upon","finish_reason":"stop","logprobs":{"tokens":["up","on"],"token_logprobs":[-0.5,-1],"top_logprobs":[{"up":-0.5},{}],"text_offset":[5,7]}},
             {"index":1,"text":"Once more","finish_reason":"length","logprobs":null}],
             "usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}
            """, JsonElement.Parse(Encoding.UTF8.GetBytes(answer)));
    }

    [Fact]
    public void A_stream_has_the_texts_the_usage_and_the_end_mark()
    {
        var told = Ask("""{"model":"x","prompt":"Once ","echo":true,"stream":true}""").Events(
            Chunk("""{"role":"assistant","content":""}"""), Chunk("""{"content":"up"}"""), Chunk("""{"content":"on"}"""), Chunk("{}", "\"stop\""),
            """{"id":"chatcmpl-1","created":1,"model":"gpt","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}""",
            "[DONE]");
        Assert.Equal("[DONE]", told[^1]);
        var chunks = told[..^1].Select(data => JsonElement.Parse(Encoding.UTF8.GetBytes(data))).ToList();
        told[..^1].ForEach(AssertContract);
        Assert.Equal("Once upon", string.Concat(chunks.SelectMany(chunk => chunk.Objects("choices")).Select(choice => choice.Text("text"))));
        Assert.Equal("stop", chunks[^2].GetProperty("choices")[0].Text("finish_reason"));
        Assert.Equal(3, chunks[^1].GetProperty("usage").Count("total_tokens"));
    }

    [Fact]
    public void An_error_in_the_stream_is_passed_on() => Assert.Equal(
        "busy", Ask("""{"model":"x","prompt":"a"}""").Stream("""{"error":{"message":"busy"}}""")[0].GetProperty("error").Text("message"));

    private static string Chunk(string delta, string finish = "null") =>
        $$"""{"id":"chatcmpl-1","created":1,"model":"gpt","choices":[{"index":0,"delta":{{delta}},"finish_reason":{{finish}}}]}""";

    private static CompletionsToChat Ask(string request)
    {
        var translation = new CompletionsToChat(Context());
        translation.Request(request);
        return translation;
    }

    /// <summary>The contract has no null for a choice that goes on; OpenAI's streams have.</summary>
    private static void AssertContract(string json)
    {
        if (OpenApiContract.TryLoad(out var contract, out _))
        {
            var errors = contract.Errors("POST", "/completions", 200, json)
                .Where(error => !error.Contains("finish_reason: null", StringComparison.Ordinal) && !error.Contains("finish_reason: is null", StringComparison.Ordinal));
            Assert.True(!errors.Any(), $"{json}: {string.Join("; ", errors)}");
        }
    }
}
