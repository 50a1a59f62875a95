using System.Text.Json;
using LlmGateway.Gateway.Tests.ProjectModels;
using LlmGateway.TestKit;

namespace LlmGateway.Gateway.Tests.Guardrails;

/// <summary>Guardrails as a resource: what may be written, and what is refused by which field.</summary>
public sealed class GuardrailRuleTests
{
    [Theory]
    [InlineData("-x", """{"stage":"input","action":"block","rule":{"type":"length","max_tokens":1}}""", "name")]
    [InlineData("x", """{"action":"block","rule":{"type":"length","max_tokens":1}}""", "stage")]
    [InlineData("x", """{"stage":"input","rule":{"type":"length","max_tokens":1}}""", "action")]
    [InlineData("x", """{"stage":"input","action":"block"}""", "rule")]
    [InlineData("x", """{"stage":"input","action":"block","on_error":"maybe","rule":{"type":"length","max_tokens":1}}""", "on_error")]
    [InlineData("x", """{"stage":"input","action":"block","order":5000,"rule":{"type":"length","max_tokens":1}}""", "order")]
    [InlineData("x", """{"stage":"input","action":"block","applies_to":{"models":[""]},"rule":{"type":"length","max_tokens":1}}""", "applies_to.models")]
    [InlineData("x", """{"stage":"input","action":"block","rule":{"type":"magic"}}""", "rule.type")]
    [InlineData("x", """{"stage":"input","action":"block","rule":{"type":"length"}}""", "rule.max_characters")]
    [InlineData("x", """{"stage":"input","action":"block","rule":{"type":"length","max_tokens":"9"}}""", "rule.max_tokens")]
    [InlineData("x", """{"stage":"input","action":"mask","rule":{"type":"length","max_tokens":9}}""", "action")]
    [InlineData("x", """{"stage":"both","action":"block","rule":{"type":"json_schema","schema":{"type":"object"}}}""", "stage")]
    [InlineData("x", """{"stage":"output","action":"block","rule":{"type":"json_schema"}}""", "rule.schema")]
    [InlineData("x", """{"stage":"output","action":"block","rule":{"type":"json_schema","schema":{"type":"object","unevaluatedProperties":false}}}""", "rule.schema.unevaluatedProperties")]
    [InlineData("x", """{"stage":"input","action":"block","rule":{"type":"pattern","patterns":[]}}""", "rule.patterns")]
    [InlineData("x", """{"stage":"input","action":"block","rule":{"type":"personal_data","kinds":["shoe_size"]}}""", "rule.kinds")]
    [InlineData("x", """{"stage":"input","action":"block","rule":{"type":"judge","model":"test/m"}}""", "rule.question")]
    [InlineData("x", """{"stage":"input","action":"block","rule":{"type":"moderation","thresholds":{"violence":7}}}""", "rule.thresholds.violence")]
    [InlineData("x", """{"stage":"input","action":"block","rule":{"type":"webhook","webhook":"http://127.0.0.1/"}}""", "rule.webhook")]
    [InlineData("x", """{"stage":"input","action":"block","rule":{"type":"webhook","url":"http://127.0.0.1/"}}""", "rule.url")]
    public async Task A_guardrail_that_would_not_work_is_refused_by_its_field(string name, string json, string field)
    {
        await using var on = await GuardedGateway.StartAsync();
        var (status, body) = await GuardedGateway.PutAsync(on.Gateway, name, json);
        Assert.Equal((400, field), (status, body.Param()));
        Assert.Empty(await on.Gateway.ListedAsync("/v1/guardrails"));
    }

    [Theory]
    [InlineData("(a+", "position 3")]
    [InlineData("a{2,1}", "position")]
    [InlineData(@"(a)\1", "could run for ever")]
    [InlineData("(?=a)b", "could run for ever")]
    [InlineData("(?>a+)b", "could run for ever")]
    [InlineData("((a{100}){100}){100}", "could run for ever")]
    [InlineData("a*", "empty text")]
    public async Task A_pattern_that_does_not_compile_or_could_run_for_ever_is_refused_with_its_place(string pattern, string told)
    {
        await using var on = await GuardedGateway.StartAsync();
        var rule = JsonSerializer.Serialize(new { stage = "input", action = "block", rule = new { type = "pattern", patterns = new[] { "fine", pattern } } });
        var (status, body) = await GuardedGateway.PutAsync(on.Gateway, "x", rule);
        Assert.Equal((400, "rule.patterns[1]"), (status, body.Param()));
        Assert.Contains(told, body.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pattern_that_backtracking_engines_choke_on_takes_no_time()
    {
        await using var on = await GuardedGateway.StartAsync();
        await on.PutAsync("evil", """{"stage":"input","action":"block","rule":{"type":"pattern","patterns":["(a+)+b"]}}""");
        await Promptly.DoAsync(TimeSpan.FromSeconds(5), async () => Assert.Equal(200, (await on.AskAsync(new string('a', 5_000))).Status));
    }

    [Fact]
    public async Task A_guardrail_is_made_replaced_listed_and_deleted()
    {
        await using var on = await GuardedGateway.StartAsync();
        const string Rule = """{"stage":"input","action":"block","version":0,"rule":{"type":"pattern","patterns":["tulip"]}}""";
        var (_, made) = await GuardedGateway.PutAsync(on.Gateway, "words", Rule);
        Assert.Equal(("words", "guardrail", 1), (made.GetProperty("id").GetString(), made.GetProperty("object").GetString(), made.GetProperty("version").GetInt32()));
        Assert.Equal("input", made.GetProperty("stage").GetString());
        Assert.Equal(409, (await GuardedGateway.PutAsync(on.Gateway, "words", Rule)).Status);
        Assert.Equal(400, (await on.AskAsync("tulip")).Status);

        await on.PutAsync("words", Rule.Replace("tulip", "rose", StringComparison.Ordinal).Replace("\"version\":0", "\"version\":1", StringComparison.Ordinal));
        Assert.Equal((200, 400), ((await on.AskAsync("tulip")).Status, (await on.AskAsync("rose")).Status));
        Assert.Equal(["words"], await on.Gateway.ListedAsync("/v1/guardrails"));

        Assert.Equal(409, (await on.Gateway.SendAsync(HttpMethod.Delete, "/v1/guardrails/words?version=1")).Status);
        Assert.Equal(200, (await on.Gateway.SendAsync(HttpMethod.Delete, "/v1/guardrails/words")).Status);
        Assert.Equal(404, (await on.Gateway.SendAsync(HttpMethod.Get, "/v1/guardrails/words")).Status);
        Assert.Equal(200, (await on.AskAsync("rose")).Status);
    }

    [Fact]
    public async Task Guardrails_are_their_projects_own_and_only_an_admin_changes_them()
    {
        await using var on = await GuardedGateway.StartAsync();
        var (project, theirs) = await on.Gateway.MakeProjectAsync();
        await on.PutAsync("words", """{"stage":"both","action":"block","rule":{"type":"pattern","patterns":["tulip"]}}""");
        Assert.Equal((400, 200), ((await on.AskAsync("tulip")).Status, (await on.AskAsync("tulip", theirs)).Status));
        Assert.Empty(await on.Gateway.ListedAsync("/v1/guardrails", theirs));
        Assert.Equal(404, (await on.Gateway.SendAsync(HttpMethod.Get, "/v1/guardrails/words", key: theirs)).Status);
        Assert.Equal(404, (await on.Gateway.SendAsync(HttpMethod.Delete, "/v1/guardrails/words", key: theirs)).Status);

        var data = await on.Gateway.PostAsync("/v1/keys", new { project_id = project, scopes = new[] { "inference", "data" } }, "key");
        Assert.Equal(403, (await GuardedGateway.PutAsync(on.Gateway, "x", """{"stage":"input","action":"flag","rule":{"type":"personal_data"}}""", data)).Status);
        Assert.Equal(200, (await on.Gateway.SendAsync(HttpMethod.Get, "/v1/guardrails", key: data)).Status);
        var caller = await on.Gateway.PostAsync("/v1/keys", new { project_id = project, scopes = new[] { "inference" } }, "key");
        Assert.Equal(403, (await on.Gateway.SendAsync(HttpMethod.Get, "/v1/guardrails", key: caller)).Status);
    }

    [Fact]
    public async Task A_test_tells_what_each_guardrail_would_do_and_calls_no_model()
    {
        await using var on = await GuardedGateway.StartAsync();
        await on.PutAsync("a-words", """{"stage":"both","action":"block","order":1,"rule":{"type":"pattern","patterns":["tulip"]}}""");
        await on.PutAsync("b-privacy", """{"stage":"input","action":"mask","order":2,"rule":{"type":"personal_data"}}""");
        await on.PutAsync("c-answers", """{"stage":"output","action":"flag","rule":{"type":"personal_data"}}""");
        var (_, tried) = await on.Gateway.SendAsync(HttpMethod.Post, "/v1/guardrails/test", new { text = "tulip of ann@example.com", stage = "input" });
        var rows = tried.GetProperty("data").EnumerateArray().ToArray();
        Assert.Equal([("a-words", "blocked"), ("b-privacy", "masked")], rows.Select(row => (row.GetProperty("name").GetString(), row.GetProperty("verdict").GetString())));
        Assert.Equal(("tulip of <EMAIL_1>", "Found 1 EMAIL."), (rows[1].GetProperty("text").GetString(), rows[1].GetProperty("reason").GetString()));
        Assert.DoesNotContain(on.Upstream.Requests, request => request.Method == "POST");
        var (status, body) = await on.Gateway.SendAsync(HttpMethod.Post, "/v1/guardrails/test", new { text = "x", stage = "both" });
        Assert.Equal((400, "stage"), (status, body.Param()));
    }
}
