using System.Text.Json.Nodes;
using LlmGateway.Gateway.Tests.ProjectModels;

namespace LlmGateway.Gateway.Tests.Guardrails;

/// <summary>What guardrails do to requests.</summary>
public sealed class RequestGuardTests
{
    private const string Forbidden = """{"stage":"input","action":"block","rule":{"type":"pattern","patterns":["project tulip"],"ignore_case":true}}""";
    private const string Masking = """{"stage":"input","action":"mask","rule":{"type":"personal_data"}}""";

    [Theory]
    [InlineData("chat/completions", """{"model":"test/m","messages":[{"role":"user","content":"hi"},{"role":"user","content":"about Project Tulip"}]}""", "messages[1].content")]
    [InlineData("chat/completions", """{"model":"test/m","messages":[{"role":"user","content":[{"type":"text","text":"hi"},{"type":"text","text":"Project Tulip"}]}]}""", "messages[0].content[1].text")]
    [InlineData("chat/completions", """{"model":"test/m","messages":[{"role":"assistant","tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{\"a\":\"project tulip\"}"}}]}]}""", "messages[0].tool_calls[0].function.arguments")]
    [InlineData("chat/completions", """{"model":"test/m","messages":[{"role":"user","content":"project\u0020tulip"}]}""", "messages[0].content")]
    [InlineData("responses", """{"model":"test/m","input":"project tulip"}""", "input")]
    [InlineData("responses", """{"model":"test/m","input":[{"role":"user","content":[{"type":"input_text","text":"project tulip"}]}]}""", "input[0].content[0].text")]
    [InlineData("responses", """{"model":"test/m","instructions":"project tulip","input":"hi"}""", "instructions")]
    [InlineData("completions", """{"model":"test/m","prompt":["hi","project tulip"]}""", "prompt[1]")]
    [InlineData("embeddings", """{"model":"test/m","input":"project tulip"}""", "input")]
    public async Task A_blocked_text_is_refused_by_its_place_and_nothing_is_called(string path, string body, string field)
    {
        await using var on = await GuardedGateway.StartAsync();
        await on.PutAsync("secrets", Forbidden);
        var (status, answer) = await on.PostAsync(path, JsonNode.Parse(body)!.AsObject());
        Assert.Equal((400, "guardrail_blocked", field), (status, answer.Code(), answer.Param()));
        Assert.Equal("invalid_request_error", answer.GetProperty("error").GetProperty("type").GetString());
        var message = answer.GetProperty("error").GetProperty("message").GetString()!;
        Assert.Contains("'secrets'", message, StringComparison.Ordinal);
        Assert.DoesNotContain("tulip", message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(on.Upstream.Requests, request => request.Method == "POST");
        Assert.DoesNotContain("tulip", on.ReadLog(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Personal_data_reaches_neither_the_provider_nor_the_log_and_comes_back_in_the_answer()
    {
        await using var on = await GuardedGateway.StartAsync();
        await on.PutAsync("privacy", Masking);
        on.Upstream.Script = on.Upstream.Script with { Text = "I wrote to <EMAIL_1> and <EMAIL_2>, not <EMAIL_3>." };
        var (_, answer) = await on.AskAsync("Write to ann@example.com, bob@example.org and again ann@example.com; card 4111 1111 1111 1111");
        Assert.Equal("I wrote to ann@example.com and bob@example.org, not <EMAIL_3>.", GuardedGateway.Content(answer));
        Assert.Equal(
            "Write to <EMAIL_1>, <EMAIL_2> and again <EMAIL_1>; card <CARD_1>",
            on.Upstream.Requests[^1].Json.GetProperty("messages")[0].GetProperty("content").GetString());
        var log = on.ReadLog();
        Assert.Contains("<EMAIL_1>", log, StringComparison.Ordinal);
        Assert.DoesNotContain("ann@example.com", log, StringComparison.Ordinal);
        Assert.DoesNotContain("4111", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_masked_strings_of_a_body_change()
    {
        await using var on = await GuardedGateway.StartAsync();
        await on.PutAsync("privacy", Masking);
        const string Body = """{ "model" : "gpt-4o-mini","messages":[ {"role":"user" , "content":"caf\u00e9  ✓"},{"role":"user","content":"ann@example.com"}],"x":1.50}""";
        using var response = await on.Gateway.Http.PostAsync("/v1/chat/completions", new StringContent(Body, System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal(Body.Replace("ann@example.com", "<EMAIL_1>", StringComparison.Ordinal), on.Upstream.Requests[^1].BodyText);
    }

    [Fact]
    public async Task A_callers_own_placeholder_is_not_taken_for_another_ones_data()
    {
        await using var on = await GuardedGateway.StartAsync();
        await on.PutAsync("privacy", Masking);
        on.Upstream.Script = on.Upstream.Script with { Text = "<EMAIL_1> <EMAIL_2>" };
        var (_, answer) = await on.AskAsync("What is <EMAIL_1>? ann@example.com");
        Assert.Equal("<EMAIL_1> ann@example.com", GuardedGateway.Content(answer));
    }

    [Fact]
    public async Task Two_callers_share_a_cached_answer_and_each_gets_its_own_data_back()
    {
        await using var on = await GuardedGateway.StartAsync();
        await on.PutAsync("privacy", Masking);
        on.Upstream.Script = on.Upstream.Script with { Text = "Dear <EMAIL_1>" };
        var (_, first) = await on.AskAsync("Greet ann@example.com", more: new { temperature = 0 });
        var (_, second) = await on.AskAsync("Greet bob@example.com", more: new { temperature = 0 });
        Assert.Equal(("Dear ann@example.com", "Dear bob@example.com"), (GuardedGateway.Content(first), GuardedGateway.Content(second)));
        Assert.Single(on.Upstream.Requests, request => request.Method == "POST");
    }

    [Fact]
    public async Task Lengths_count_all_texts_of_a_request_together()
    {
        await using var on = await GuardedGateway.StartAsync();
        await on.PutAsync("short", """{"stage":"input","action":"block","rule":{"type":"length","max_characters":10}}""");
        Assert.Equal(200, (await on.AskAsync("0123456789")).Status);
        var (status, answer) = await on.AskAsync("01234567890");
        Assert.Equal((400, "guardrail_blocked", "messages"), (status, answer.Code(), answer.Param()));

        await on.PutAsync("short", """{"stage":"input","action":"block","rule":{"type":"length","max_tokens":3}}""");
        Assert.Equal(200, (await on.AskAsync("one two three")).Status);
        Assert.Equal(400, (await on.AskAsync("one two three four")).Status);
    }

    [Fact]
    public async Task Tokens_in_place_of_text_cannot_slip_by()
    {
        await using var on = await GuardedGateway.StartAsync();
        await on.PutAsync("secrets", Forbidden);
        var (status, answer) = await on.PostAsync("embeddings", JsonNode.Parse("""{"model":"test/m","input":[[1,2,3]]}""")!.AsObject());
        Assert.Equal((400, "input[0]"), (status, answer.Param()));
        Assert.DoesNotContain(on.Upstream.Requests, request => request.Method == "POST");
    }

    [Fact]
    public async Task Guardrails_hold_for_the_models_and_keys_they_name()
    {
        await using var on = await GuardedGateway.StartAsync();
        var id = await on.Gateway.PostAsync("/v1/keys", new { scopes = new[] { "inference" } }, "id");
        await on.PutAsync("secrets", Forbidden.Replace("{\"stage\"", $$"""{"applies_to":{"models":["test/gpt-4o"],"keys":["{{id}}"]},"stage" """, StringComparison.Ordinal));
        Assert.Equal(200, (await on.AskAsync("project tulip", more: new { model = "test/gpt-4o" })).Status);
        await on.PutAsync("secrets", Forbidden.Replace("{\"stage\"", """{"applies_to":{"models":["test/gpt-4o"]},"stage" """, StringComparison.Ordinal));
        Assert.Equal(400, (await on.AskAsync("project tulip", more: new { model = "test/gpt-4o" })).Status);
        Assert.Equal(200, (await on.AskAsync("project tulip")).Status);
    }

    [Fact]
    public async Task An_earlier_guardrail_takes_what_it_masks_from_a_later_one()
    {
        await using var on = await GuardedGateway.StartAsync();
        await on.PutAsync("a-privacy", Masking.Replace("{\"stage\"", """{"order":1,"stage" """, StringComparison.Ordinal));
        await on.PutAsync("b-no-mail", """{"order":2,"stage":"input","action":"block","rule":{"type":"pattern","patterns":["@example"]}}""");
        Assert.Equal(200, (await on.AskAsync("ann@example.com")).Status);
        await on.PutAsync("b-no-mail", """{"order":0,"stage":"input","action":"block","rule":{"type":"pattern","patterns":["@example"]}}""");
        Assert.Equal(400, (await on.AskAsync("ann@example.com")).Status);
    }

    [Fact]
    public async Task A_flag_changes_nothing_for_the_caller()
    {
        await using var on = await GuardedGateway.StartAsync();
        await on.PutAsync("secrets", Forbidden.Replace("block", "flag", StringComparison.Ordinal));
        Assert.Equal(200, (await on.AskAsync("project tulip")).Status);
        Assert.Contains("project tulip", on.Upstream.Requests[^1].BodyText, StringComparison.Ordinal);
        Assert.Contains("guardrail.secrets", on.ReadLog(), StringComparison.Ordinal);
    }
}
