using System.Text.Json;

namespace LlmGateway.Gateway.Tests.SemanticCaching;

/// <summary>Requests that a semantic cache must not answer go on as if there was none, and the metric says why.</summary>
public sealed class LeftOutTests
{
    [Theory]
    [InlineData("""{"tools":[{"type":"function","function":{"name":"f"}}]}""", "tools")]
    [InlineData("""{"messages":[{"role":"user","content":"a 0"},{"role":"assistant","content":null,"tool_calls":[]},{"role":"tool","tool_call_id":"x","content":"1"},{"role":"user","content":"b 0"}]}""", "tools")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}}]}]}""", "media")]
    [InlineData("""{"modalities":["text","audio"]}""", "media")]
    [InlineData("""{"n":2}""", "choices")]
    [InlineData("""{"temperature":1.5}""", "temperature")]
    [InlineData("""{"store":false}""", "store")]
    [InlineData("""{"messages":[{"role":"user","content":"a"},{"role":"user","content":"b"},{"role":"user","content":"c 0"}]}""", "turns")]
    [InlineData("""{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"c 0"}]}""", "no_question")]
    [InlineData("""{"messages":[{"role":"user","content":"  "}]}""", "no_question")]
    [InlineData("""{"messages":[{"role":"user","content":"\ud800 0"}]}""", "no_text")]
    public async Task A_request_that_is_none_for_the_cache_is_left_out_and_counted(string members, string reason)
    {
        await using var on = await SemanticOn.StartAsync();
        await on.MakeAsync(new { max_turns = 2 });
        on.Upstream.Forget();
        using var lookups = new SemanticCounts(on.Gateway, "llmgateway.semantic_cache.lookups");

        // Twice, byte for byte: the second would be a hit. As text, because no serializer writes a lone surrogate.
        var usual = members.Contains("messages", StringComparison.Ordinal) ? "" : ",\"messages\":[{\"role\":\"user\",\"content\":\"a 0\"}]";
        for (var i = 0; i < 2; i++)
        {
            using var content = new StringContent($$"""{"model":"{{SemanticOn.Model}}"{{usual}},{{members[1..]}}""", null, "application/json");
            using var response = await on.Gateway.Http.PostAsync("/v1/chat/completions", content);
            Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
            Assert.False(response.Headers.Contains("x-llmgateway-semantic-entry"));
        }

        Assert.Equal(2, lookups.Of("left_out", reason));
        Assert.Equal(2, on.Upstream.Requests.Count);
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"system","content":"Be kind."},{"role":"user","content":"a 0"}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":"before"},{"role":"assistant","content":"yes"},{"role":"user","content":"a 0"}]}""")]
    [InlineData("""{"messages":[{"role":"user","name":"ann","content":"a 0"}]}""")]
    [InlineData("""{"user":"someone"}""")]
    [InlineData("""{"temperature":0.5}""")]
    [InlineData("""{"max_tokens":5}""")]
    [InlineData("""{"response_format":{"type":"json_object"}}""")]
    [InlineData("""{"a_parameter_of_tomorrow":1}""")]
    [InlineData("""{"model":"test/gpt-4o"}""")]
    public async Task Requests_that_differ_in_more_than_the_question_share_no_answer(string members)
    {
        await using var on = await SemanticOn.StartAsync();
        await on.MakeAsync(new { applies_to = new { models = new[] { SemanticOn.Model, "test/gpt-4o" } } });
        await on.TeachAsync("a 0");
        var changed = JsonElement.Parse(members);
        Assert.False((await on.AskAsync("a 0", changed)).IsSemantic);
        Assert.True((await on.AskAsync("a 0")).IsSemantic);
    }

    [Fact]
    public async Task Order_and_space_of_parameters_and_how_the_answer_is_delivered_do_not_matter()
    {
        await using var on = await SemanticOn.StartAsync();
        await on.MakeAsync();
        await on.TeachAsync("a 0", new { top_p = 0.5, max_tokens = 9 });
        Assert.True((await on.AskAsync("b 3", new { max_tokens = 9, stream = true, stream_options = new { include_usage = true }, top_p = 0.5, metadata = new { a = "b" } })).IsSemantic);
    }

    [Fact]
    public async Task As_many_turns_as_the_policy_says_are_compared_by_meaning()
    {
        await using var on = await SemanticOn.StartAsync();
        await on.MakeAsync(new { embedded_turns = 2 });
        await on.TeachAsync("-", Conversation("first 0", "last 0"));
        Assert.True((await on.AskAsync("-", Conversation("other first 0", "other last 0"))).IsSemantic);

        // What stands before the last two turns must be equal.
        await on.TeachAsync("-", Conversation("first 0", "second 0", "last 0"));
        Assert.False((await on.AskAsync("-", Conversation("other first 0", "second 0", "last 0"))).IsSemantic);
        Assert.True((await on.AskAsync("-", Conversation("first 0", "other second 0", "other last 0"))).IsSemantic);

        static object Conversation(params string[] turns) => new
        {
            messages = turns.SelectMany(turn => new[] { new { role = "user", content = turn }, new { role = "assistant", content = "ok" } }).SkipLast(1),
        };
    }
}
