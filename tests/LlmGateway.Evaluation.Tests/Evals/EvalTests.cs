using System.Net;
using System.Net.Http.Json;
using LlmGateway.Service;
using LlmGateway.TestKit;

namespace LlmGateway.Evaluation.Tests.Evals;

/// <summary>Evals by OpenAI's API, and what is refused.</summary>
public sealed class EvalTests : IAsyncLifetime
{
    private static readonly object Schema = new { type = "object", properties = new { question = new { type = "string" }, answer = new { type = "string" } }, required = new[] { "question" } };

    private readonly TempFolder _folder = new();
    private OtherServices _services = null!;
    private EvaluationHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _services = await OtherServices.StartAsync();
        _host = await EvaluationHost.StartAsync(_services, _folder.Path);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _services.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task An_eval_is_made_shown_renamed_and_deleted()
    {
        var created = await _host.Http.PostJsonAsync("/v1/evals", new
        {
            name = "first",
            metadata = new { team = "blue" },
            data_source_config = new { type = "custom", item_schema = Schema, include_sample_schema = true },
            testing_criteria = new[] { Criteria.Equal() },
        });
        var id = created.Text("id");
        Assert.StartsWith("eval_", id, StringComparison.Ordinal);
        Assert.Equal(("eval", "first", "blue"), (created.Text("object"), created.Text("name"), created.GetProperty("metadata").Text("team")));
        var schema = created.GetProperty("data_source_config").GetProperty("schema");
        Assert.Equal("string", schema.GetProperty("properties").GetProperty("item").GetProperty("properties").GetProperty("question").Text("type"));
        Assert.True(schema.GetProperty("properties").TryGetProperty("sample", out _));

        var renamed = await _host.Http.PostJsonAsync($"/v1/evals/{id}", new { name = "second" });
        Assert.Equal(("second", "blue"), (renamed.Text("name"), renamed.GetProperty("metadata").Text("team")));
        Assert.Equal("second", (await _host.Http.GetJsonAsync($"/v1/evals/{id}")).Text("name"));

        using var deleted = await _host.Http.DeleteAsync($"/v1/evals/{id}");
        var answer = await deleted.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>();
        Assert.Equal(("eval.deleted", id), (answer.Text("object"), answer.Text("eval_id")));
        Assert.Equal(HttpStatusCode.NotFound, (await _host.Http.GetAsync($"/v1/evals/{id}").RefusedAsync()).Status);
    }

    [Theory]
    [InlineData("asc", "created_at")]
    [InlineData("desc", "created_at")]
    [InlineData("asc", "updated_at")]
    public async Task Pages_hold_every_eval_once(string order, string orderBy)
    {
        var made = new List<string>();
        for (var number = 0; number < 5; number++)
        {
            made.Add(await _host.CreateEvalAsync(new[] { Criteria.Equal() }));
        }

        var (seen, after) = (new List<string>(), "");
        do
        {
            var page = await _host.Http.GetJsonAsync($"/v1/evals?limit=2&order={order}&order_by={orderBy}{after}");
            seen.AddRange(page.GetProperty("data").EnumerateArray().Select(eval => eval.Text("id")));
            after = page.GetProperty("has_more").GetBoolean() ? $"&after={page.Text("last_id")}" : "";
        }
        while (after.Length > 0);
        Assert.Equal(order == "asc" ? made : Enumerable.Reverse(made), seen);
    }

    [Fact]
    public async Task Another_project_sees_nothing_of_it()
    {
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal("yes") });
        var run = (await _host.RunAsync(eval, Criteria.Replay(Criteria.Inline(new { answer = "yes" })))).Text("id");
        var other = _host.For("proj_b");
        Assert.Empty((await other.GetJsonAsync("/v1/evals")).GetProperty("data").EnumerateArray());
        foreach (var path in (string[])["", "/runs", $"/runs/{run}", $"/runs/{run}/output_items", "/comparisons/x"])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync($"/v1/evals/{eval}{path}").RefusedAsync()).Status);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await other.DeleteAsync($"/v1/evals/{eval}").RefusedAsync()).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await other.PostAsync($"/v1/evals/{eval}/runs/{run}", null).RefusedAsync()).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await _host.For("proj_a", Scopes.Inference).GetAsync("/v1/evals").RefusedAsync()).Status);
        Assert.Equal("completed", (await _host.EndedAsync(eval, run)).Text("status"));
    }

    /// <summary>Field and words of the refusal, for a criterion in place of a good one.</summary>
    public static TheoryData<object, string, string> BadCriteria() => new()
    {
        { new { type = "perl", name = "x" }, "testing_criteria[0].type", "supported are string_check, text_similarity, exact_match, json_schema, score_model" },
        { new { type = "string_check", name = "x", input = "{{ item.qestion }}", reference = "a", operation = "eq" }, "testing_criteria[0].input", "'item.qestion' at character 4: the item schema has no 'qestion' there, but question, answer" },
        { new { type = "string_check", name = "x", input = "a {{ item.question", reference = "a", operation = "eq" }, "testing_criteria[0].input", "opened at character 3" },
        { new { type = "string_check", name = "x", input = "{{ item.question | upper }}", reference = "a", operation = "eq" }, "testing_criteria[0].input", "is no reference" },
        { new { type = "string_check", name = "x", input = "{{ sample.text }}", reference = "a", operation = "eq" }, "testing_criteria[0].input", "output_text" },
        { new { type = "string_check", name = "x", input = "a", reference = "a", operation = "matches" }, "testing_criteria[0].operation", "eq, ne, like, ilike" },
        { new { type = "string_check", name = "x", input = "a", operation = "eq" }, "testing_criteria[0].reference", "Missing" },
        { new { type = "string_check", name = "x", input = "a", reference = "a", operation = "eq", pass_treshold = 1 }, "testing_criteria[0].pass_treshold", "Unknown field" },
        { new { type = "text_similarity", name = "x", input = "a", reference = "a", evaluation_metric = "bertscore", pass_threshold = 0.5 }, "testing_criteria[0].evaluation_metric", "rouge_l" },
        { new { type = "text_similarity", name = "x", input = "a", reference = "a", evaluation_metric = "bleu", pass_threshold = 2 }, "testing_criteria[0].pass_threshold", "from -1 to 1" },
        { new { type = "json_schema", name = "x", schema = new { @const = 1 } }, "testing_criteria[0].schema.const", "not supported" },
        { new { type = "json_schema", name = "x", schema = new Dictionary<string, object> { ["$ref"] = "http://127.0.0.1/secret" } }, "testing_criteria[0].schema.$ref", "'#'" },
        { new { type = "score_model", name = "x", model = "m", input = Array.Empty<object>() }, "testing_criteria[0].input", "0 elements" },
        { new { type = "score_model", name = "x", model = "m", input = new[] { new { role = "user", content = "a" } }, range = new[] { 2, 1 } }, "testing_criteria[0].range", "rise" },
    };

    [Theory]
    [MemberData(nameof(BadCriteria), DisableDiscoveryEnumeration = true)]
    public async Task A_bad_criterion_is_refused_by_its_field(object criterion, string param, string words)
    {
        var refusal = await _host.Http.PostAsJsonAsync("/v1/evals", new
        {
            data_source_config = new { type = "custom", item_schema = Schema, include_sample_schema = true },
            testing_criteria = new[] { criterion },
        }).RefusedAsync();
        Assert.Equal((HttpStatusCode.BadRequest, param), (refusal.Status, refusal.Param));
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Criteria_of_one_name_and_samples_that_nobody_makes_are_refused()
    {
        var twice = await _host.Http.PostAsJsonAsync("/v1/evals", new
        {
            data_source_config = new { type = "custom", item_schema = Schema, include_sample_schema = true },
            testing_criteria = new[] { Criteria.Equal(), Criteria.Equal("a") },
        }).RefusedAsync();
        Assert.Equal("testing_criteria[1].name", twice.Param);
        var without = await _host.Http.PostAsJsonAsync("/v1/evals", new
        {
            data_source_config = new { type = "custom", item_schema = Schema },
            testing_criteria = new[] { Criteria.Equal() },
        }).RefusedAsync();
        Assert.Contains("include_sample_schema", without.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"testing_criteria":[]}""", "data_source_config")]
    [InlineData("""{"data_source_config":{"type":"odd"},"testing_criteria":[]}""", "data_source_config.type")]
    [InlineData("""{"data_source_config":{"type":"custom","item_schema":[]},"testing_criteria":[]}""", "data_source_config.item_schema")]
    [InlineData("""{"data_source_config":{"type":"custom","item_schema":{"type":"object"}},"testing_criteria":[]}""", "testing_criteria")]
    [InlineData("""{"data_source_config":{"type":"custom","item_schema":{"type":"object"}},"testing_criteria":{}}""", "testing_criteria")]
    [InlineData("[]", "")]
    public async Task A_malformed_body_is_refused_by_its_field(string body, string param)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        var refusal = await _host.Http.PostAsync("/v1/evals", content).RefusedAsync();
        Assert.Equal((HttpStatusCode.BadRequest, param), (refusal.Status, refusal.Param));
    }
}
