using System.Text.Json.Nodes;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.Gateway.Tests.Guardrails;

/// <summary>What guardrails do to answers, whole and in pieces.</summary>
public sealed class AnswerGuardTests
{
    private const string Secret = "sk-abcdefghijklmnop1234";
    private const string Blocking = """{"stage":"output","action":"block","rule":{"type":"pattern","patterns":["forbidden word"]}}""";
    private const string Masking = """{"stage":"output","action":"mask","rule":{"type":"personal_data","kinds":["secret","email"]}}""";
    private static readonly string Long = string.Join(' ', Enumerable.Range(0, 200).Select(number => $"word{number}"));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_blocked_answer_ends_as_by_a_content_filter_and_names_the_guardrail()
    {
        await using var on = await GuardedGateway.StartAsync();
        await on.PutAsync("words", Blocking);
        on.Upstream.Script = on.Upstream.Script with { Text = "This is the forbidden word itself." };
        var (status, answer) = await on.AskAsync("hi");
        Assert.Equal(200, status);
        var choice = answer.GetProperty("choices")[0];
        Assert.Equal(("content_filter", "words"), (choice.GetProperty("finish_reason").GetString(), choice.GetProperty("guardrail").GetString()));
        Assert.DoesNotContain("forbidden", answer.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("forbidden", on.ReadLog(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_does_not_fit_a_schema_is_blocked_whole_streamed_or_not()
    {
        await using var on = await GuardedGateway.StartAsync();
        await on.PutAsync("shape", """{"stage":"output","action":"block","rule":{"type":"json_schema","schema":{"type":"object","required":["label"],"properties":{"label":{"type":"string"}}}}}""");
        foreach (var (text, passes) in new[] { ("""{"label": "card"}""", true), ("""{"label": 1}""", false), ("Sure: card", false) })
        {
            on.Upstream.Script = GuardedGateway.Chunks([.. text.Chunk(3).Select(piece => new string(piece))]);
            var stream = await on.StreamAsync("hi");
            Assert.Equal(passes ? (text, "stop") : ("", "content_filter"), (stream.Content, stream.FinishReason));
        }

        on.Upstream.Script = new UpstreamScript { Text = "no JSON at all" };
        var (_, answer) = await on.AskAsync("hi");
        Assert.Equal("shape", answer.GetProperty("choices")[0].GetProperty("guardrail").GetString());
    }

    [Fact]
    public async Task A_secret_cut_at_any_place_is_masked_in_a_stream()
    {
        await using var on = await GuardedGateway.StartAsync();
        await on.PutAsync("privacy", Masking);
        var text = $"The key is {Secret} and the address is ann@example.com, says {Long}.";
        var expected = text.Replace(Secret, "<SECRET_1>", StringComparison.Ordinal).Replace("ann@example.com", "<EMAIL_1>", StringComparison.Ordinal);
        for (var cut = 1; cut < 80; cut++)
        {
            on.Upstream.Script = GuardedGateway.Chunks(text[..cut], text[cut..]);
            var stream = await on.StreamAsync("hi");
            Assert.Equal((expected, "stop", true), (stream.Content, stream.FinishReason, stream.IsDone));
        }

        Assert.DoesNotContain(Secret, on.ReadLog(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(17)]
    [InlineData(250)]
    public async Task A_stream_in_pieces_of_any_size_says_what_the_whole_answer_says(int size)
    {
        await using var on = await GuardedGateway.StartAsync();
        await on.PutAsync("privacy", Masking);
        var text = $"{Long} {Secret} {Long} bob@example.org {Long}😀😀{Secret}";
        on.Upstream.Script = on.Upstream.Script with { Text = text };
        var (_, whole) = await on.AskAsync("hi");
        on.Upstream.Script = GuardedGateway.Chunks([.. text.Chunk(size).Select(piece => new string(piece))]);
        Assert.Equal(GuardedGateway.Content(whole), (await on.StreamAsync("hi")).Content.Replace("\uFFFD\uFFFD", "😀", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_placeholder_cut_at_any_place_is_put_back()
    {
        await using var on = await GuardedGateway.StartAsync();
        await on.PutAsync("privacy", Masking.Replace("output", "input", StringComparison.Ordinal));
        const string Text = "Mail <EMAIL_1> now, a < b, <b>, <EMAIL_9> and <EMAIL_1>";
        for (var cut = 1; cut < Text.Length; cut++)
        {
            on.Upstream.Script = GuardedGateway.Chunks(Text[..cut], Text[cut..]);
            var stream = await on.StreamAsync("I am ann@example.com");
            Assert.Equal("Mail ann@example.com now, a < b, <b>, <EMAIL_9> and ann@example.com", stream.Content);
        }

        on.Upstream.Script = GuardedGateway.Chunks([.. Text.Select(letter => letter.ToString())]);
        Assert.Contains("Mail ann@example.com now", (await on.StreamAsync("I am ann@example.com")).Content, StringComparison.Ordinal);
        Assert.DoesNotContain("ann@example.com", on.ReadLog(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_held_back_where_only_placeholders_are_put_back()
    {
        await using var on = await GuardedGateway.StartAsync();
        await on.PutAsync("privacy", Masking.Replace("output", "input", StringComparison.Ordinal));
        using var seen = new SemaphoreSlim(0);
        on.Upstream.Script = on.Upstream.Script with { Text = "one two", BeforeChunk = (index, token) => index == 1 ? seen.WaitAsync(token) : Task.CompletedTask };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent("""{"model":"test/m","stream":true,"messages":[{"role":"user","content":"ann@example.com"}]}"""),
        };
        using var response = await on.Gateway.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
        while (await reader.ReadLineAsync(Cancel) is { } line && !line.Contains("one", StringComparison.Ordinal))
        {
        }

        seen.Release();
        Assert.Contains("two", await reader.ReadToEndAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_blocked_stream_stops_before_the_window_and_the_providers_call_is_cancelled()
    {
        await using var on = await GuardedGateway.StartAsync();
        await on.PutAsync("words", Blocking);
        on.Upstream.Script = new UpstreamScript
        {
            Text = $"{Long} forbidden word {Long}",
            BeforeChunk = (index, token) => index < 350 ? Task.CompletedTask : Task.Delay(Timeout.InfiniteTimeSpan, token),
        };
        var stream = await on.StreamAsync("hi");
        Assert.Equal(("content_filter", true), (stream.FinishReason, stream.IsDone));
        Assert.DoesNotContain("forbidden", stream.Raw, StringComparison.Ordinal);
        Assert.StartsWith(stream.Content, Long, StringComparison.Ordinal);
        Assert.NotEmpty(stream.Content);
        await Eventually.TrueAsync(() => on.Upstream.Requests[^1].AbortedAt is not null, "the provider to see that nobody listens", cancellationToken: Cancel);
        await Eventually.TrueAsync(() => on.ReadLog().Contains("guardrail_blocked", StringComparison.Ordinal), "the call to be recorded", cancellationToken: Cancel);
        Assert.DoesNotContain("forbidden", on.ReadLog(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_choice_of_a_stream_has_its_own_window_and_a_tool_calls_arguments_are_checked_too()
    {
        await using var on = await GuardedGateway.StartAsync();
        await on.PutAsync("privacy", Masking);
        on.Upstream.Script = new UpstreamScript
        {
            ContentType = "text/event-stream",
            Body = GuardedGateway.Chunk(new JsonObject { ["role"] = "assistant", ["content"] = "ann@exa" })
                + GuardedGateway.Chunk(new JsonObject { ["content"] = "bob@exa" }, index: 1)
                + GuardedGateway.Chunk(new JsonObject { ["content"] = "mple.com!" })
                + GuardedGateway.Chunk(new JsonObject { ["content"] = "mple.org!" }, index: 1)
                + GuardedGateway.Chunk(Call("{\"to\":\"cid@ex", "f"))
                + GuardedGateway.Chunk(Call("ample.net\"}"))
                + GuardedGateway.Chunk([], "stop", 1) + GuardedGateway.Chunk([], "tool_calls") + "data: [DONE]\n\n",
        };
        var stream = await on.StreamAsync("hi");
        Assert.DoesNotContain("@", stream.Raw, StringComparison.Ordinal);
        Assert.Equal(["<EMAIL_1>!", "<EMAIL_2>!", "<EMAIL_3>!"], new[] { stream.ContentOf(0), stream.ContentOf(1), stream.Arguments.Replace("{\"to\":\"", "", StringComparison.Ordinal).Replace("\"}", "!", StringComparison.Ordinal) }.Order());
        Assert.Equal(("tool_calls", "stop"), (stream.FinishOf(0), stream.FinishOf(1)));
    }

    [Fact]
    public async Task Data_put_back_into_a_tool_calls_arguments_stay_json()
    {
        await using var on = await GuardedGateway.StartAsync();
        await on.PutAsync("quotes", Masking.Replace("output", "input", StringComparison.Ordinal));
        const string Key = "-----BEGIN PRIVATE KEY-----\nMIIB+/=\n-----END PRIVATE KEY-----";
        on.Upstream.Script = new UpstreamScript
        {
            ContentType = "text/event-stream",
            Body = GuardedGateway.Chunk(Call("{\"key\":\"\\u003cSECR", "f")) + GuardedGateway.Chunk(Call("ET_1\\u003e\"}")) + GuardedGateway.Chunk([], "tool_calls") + "data: [DONE]\n\n",
        };
        var stream = await on.StreamAsync($"Keep {Key}");
        Assert.Equal(Key, JsonNode.Parse(stream.Arguments)!["key"]!.GetValue<string>());
    }

    [Fact]
    public async Task Events_of_a_response_are_masked_in_pieces_and_whole()
    {
        await using var on = await GuardedGateway.StartAsync();
        await on.PutAsync("privacy", Masking);
        on.Upstream.Script = on.Upstream.Script with { Text = $"Say {Secret} and {Long}" };
        var stream = await on.StreamAsync("hi", "responses");
        Assert.DoesNotContain(Secret, stream.Raw, StringComparison.Ordinal);
        Assert.Equal($"Say <SECRET_1> and {Long}", stream.OutputText);
        Assert.Equal(stream.OutputText, stream.OfType("response.output_text.done").Single().GetProperty("text").GetString());
        var whole = stream.OfType("response.completed").Single().GetProperty("response").GetProperty("output")[0].GetProperty("content")[0];
        Assert.Equal(stream.OutputText, whole.GetProperty("text").GetString());
        Assert.Equal(Enumerable.Range(0, stream.Events.Count), stream.Events.Select(one => one.GetProperty("sequence_number").GetInt32()));
    }

    [Fact]
    public async Task A_blocked_response_is_incomplete_by_a_content_filter()
    {
        await using var on = await GuardedGateway.StartAsync();
        await on.PutAsync("words", Blocking);
        on.Upstream.Script = on.Upstream.Script with { Text = $"{Long} forbidden word {Long}" };
        var stream = await on.StreamAsync("hi", "responses");
        Assert.DoesNotContain("forbidden", stream.Raw, StringComparison.Ordinal);
        var last = stream.Events[^1];
        Assert.Equal("response.incomplete", last.GetProperty("type").GetString());
        Assert.Equal("content_filter", last.GetProperty("response").GetProperty("incomplete_details").GetProperty("reason").GetString());

        var (_, plain) = await on.PostAsync("responses", new JsonObject { ["model"] = GuardedGateway.Model, ["input"] = "hi" });
        Assert.Equal("incomplete", plain.GetProperty("status").GetString());
        Assert.DoesNotContain("forbidden", plain.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_cached_answer_is_checked_anew(bool stream)
    {
        await using var on = await GuardedGateway.StartAsync();
        on.Upstream.Script = on.Upstream.Script with { Text = "the forbidden word" };
        var (_, first) = await on.AskAsync("hi", more: new { seed = 1, stream = false });
        Assert.Contains("forbidden", GuardedGateway.Content(first), StringComparison.Ordinal);
        await on.PutAsync("words", Blocking);
        using var response = await on.Gateway.Http.PostAsync("/v1/chat/completions", new StringContent(
            $$"""{"model":"{{GuardedGateway.Model}}","messages":[{"role":"user","content":"hi"}],"seed":1,"stream":{{(stream ? "true" : "false")}}}"""), Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.DoesNotContain("forbidden", text, StringComparison.Ordinal);
        Assert.Contains("content_filter", text, StringComparison.Ordinal);
        Assert.Contains("hit", response.Headers.GetValues("Cache-Status").Single(), StringComparison.Ordinal);
        Assert.Single(on.Upstream.Requests, request => request.Method == "POST");
    }

    [Fact]
    public async Task A_word_that_a_pattern_names_is_not_found_in_a_longer_one_that_is_cut()
    {
        await using var on = await GuardedGateway.StartAsync(("Gateway:Guardrails:WindowCharacters", "0"));
        await on.PutAsync("words", """{"stage":"output","action":"block","rule":{"type":"pattern","patterns":["\\bsecret\\b"]}}""");
        on.Upstream.Script = GuardedGateway.Chunks("The secret", "arial ", "pool is no ", "secret", ".");
        var stream = await on.StreamAsync("hi");
        Assert.Equal(("The secretarial pool is no ", "content_filter"), (stream.Content, stream.FinishReason));
    }

    [Fact]
    public async Task A_match_that_never_ends_is_held_up_to_the_bound_and_no_further()
    {
        await using var on = await GuardedGateway.StartAsync(("Gateway:Guardrails:MaxHeldCharacters", "1024"));
        await on.PutAsync("lines", """{"stage":"output","action":"mask","rule":{"type":"pattern","patterns":["key=.*"]}}""");
        on.Upstream.Script = GuardedGateway.Chunks([.. Enumerable.Repeat("key=abcdefgh", 500)]);
        var stream = await on.StreamAsync("hi");
        Assert.Equal(("", "content_filter"), (stream.Content, stream.FinishReason));
    }

    private static JsonObject Call(string arguments, string? name = null)
    {
        var function = new JsonObject { ["arguments"] = arguments };
        var call = new JsonObject { ["index"] = 0, ["function"] = function };
        if (name is not null)
        {
            (call["id"], call["type"], function["name"]) = ("call_1", "function", name);
        }

        return new JsonObject { ["tool_calls"] = new JsonArray(call) };
    }
}
