using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.Gateway.Tests.ProjectModels;
using LlmGateway.TestKit;

namespace LlmGateway.Gateway.Tests.SemanticCaching;

public sealed class SemanticHitTests
{
    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_question_that_means_the_same_gets_the_stored_answer(Store store)
    {
        await using var on = await SemanticOn.StartAsync(store);
        await on.MakeAsync();
        var first = await on.TeachAsync("Where is my card 0");
        var second = await on.AskAsync("What became of my card 20");
        Assert.False(first.IsSemantic);
        Assert.True(second.IsSemantic);
        Assert.Equal(first.Text, second.Text);
        Assert.Equal(Math.Cos(20 * Math.PI / 180), second.Similarity!.Value, 0.002);
        Assert.StartsWith("sementry_", second.Entry, StringComparison.Ordinal);
        Assert.Equal(1, on.Answered);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task The_nearest_answer_is_served_and_what_is_too_far_is_asked(Store store)
    {
        await using var on = await SemanticOn.StartAsync(store);
        await on.MakeAsync();
        await on.TeachAsync("a 0");
        var near = await on.TeachAsync("b 30");
        Assert.Equal(near.Text, (await on.AskAsync("c 22")).Text);
        Assert.False((await on.AskAsync("d 60")).IsSemantic);
        Assert.Equal(3, on.Answered);
    }

    [Theory]
    [InlineData(Store.Sqlite, true)]
    [InlineData(Store.Postgres, true)]
    [InlineData(Store.Sqlite, false)]
    public async Task Where_two_answers_compete_neither_is_given(Store store, bool logBodies)
    {
        await using var on = await SemanticOn.StartAsync(store);
        var project = await on.Gateway.PostAsync("/v1/projects", new { name = "p", log_bodies = logBodies }, "id");
        var key = await on.Gateway.PostAsync("/v1/keys", new { project_id = project, scopes = new[] { "admin" } }, "key");
        await on.MakeAsync(new { threshold = 0.8, margin = 0.05 }, key);
        on.Upstream.Script = SemanticOn.Script with { Say = body => body.ToString().Contains("card", StringComparison.Ordinal) ? "card" : "loan" };
        await on.TeachAsync("card 0", key: key);
        await on.TeachAsync("loan 40", key: key);
        await on.TeachAsync("card 80", key: key);

        // cos 5° = 0.996 and cos 35° = 0.82: clear. cos 18° = 0.951 and cos 22° = 0.927: contested.
        Assert.True((await on.AskAsync("x 5", key: key)).IsSemantic);
        using var lookups = new SemanticCounts(on.Gateway, "llmgateway.semantic_cache.lookups");
        Assert.False((await on.AskAsync("x 18", key: key)).IsSemantic);
        Assert.Equal(1, lookups.Of("miss", "contested"));
    }

    [Fact]
    public async Task Neighbours_with_the_same_answer_do_not_compete()
    {
        await using var on = await SemanticOn.StartAsync();
        await on.MakeAsync(new { threshold = 0.8, margin = 0.5 });
        on.Upstream.Script = SemanticOn.Script with { Say = _ => "Card." };
        await on.TeachAsync("a 0");
        await on.TeachAsync("b 50");
        Assert.True((await on.AskAsync("c 24")).IsSemantic);
    }

    [Fact]
    public async Task A_stored_answer_is_replayed_as_a_stream_and_a_stream_is_stored_as_an_answer()
    {
        await using var on = await SemanticOn.StartAsync();
        await on.MakeAsync();
        var plain = await on.TeachAsync("a 0");
        var streamed = await on.AskAsync("b 5", new { stream = true });
        Assert.True(streamed.IsSemantic);
        Assert.EndsWith("data: [DONE]\n\n", streamed.Body, StringComparison.Ordinal);
        Assert.Equal(plain.Text, Said(streamed.Body));

        var asked = await on.TeachAsync("c 90", new { stream = true });
        Assert.Equal(Said(asked.Body), (await on.AskAsync("d 85")).Text);
    }

    [Fact]
    public async Task A_response_is_answered_by_its_meaning_too()
    {
        await using var on = await SemanticOn.StartAsync();
        await on.MakeAsync();
        Assert.False(await AskResponseAsync("a 0"));
        await Eventually.TrueAsync(_ => AskResponseAsync("b 5"), "an answer by the cache");
        Assert.False(await AskResponseAsync(new[] { new { role = "user", content = new[] { new { type = "input_image", image_url = "data:image/png;base64,AA==" } } } }));

        async Task<bool> AskResponseAsync(object input)
        {
            using var response = await on.Gateway.Http.PostAsJsonAsync("/v1/responses", new { model = SemanticOn.Model, input });
            Assert.True(response.IsSuccessStatusCode);
            return response.Headers.Contains("x-llmgateway-semantic-entry");
        }
    }

    [Fact]
    public async Task A_caller_may_tighten_the_threshold_and_never_loosen_it()
    {
        await using var on = await SemanticOn.StartAsync();
        await on.MakeAsync();
        await on.TeachAsync("a 0");
        Assert.False((await on.AskAsync("b 20", null, null, ("x-llmgateway-semantic-threshold", "0.99"))).IsSemantic);
        Assert.False((await on.AskAsync("c 60", null, null, ("x-llmgateway-semantic-threshold", "0.1"))).IsSemantic);
        foreach (var bad in (string[])["x", "1.5", "-1", "NaN"])
        {
            using var refused = await on.SendAsync("d 0", null, null, ("x-llmgateway-semantic-threshold", bad));
            Assert.Equal(400, (int)refused.StatusCode);
            Assert.Equal("x-llmgateway-semantic-threshold", JsonElement.Parse(await refused.Content.ReadAsStringAsync()).Param());
        }
    }

    [Fact]
    public async Task Cache_control_keeps_the_answer_out_or_asks_for_a_fresh_one()
    {
        await using var on = await SemanticOn.StartAsync();
        await on.MakeAsync();
        var old = await on.TeachAsync("a 0");
        Assert.False((await on.AskAsync("b 1", null, null, ("Cache-Control", "no-store"))).IsSemantic);
        Assert.True((await on.AskAsync("a 0", null, null, ("Cache-Control", "max-age=1000"))).IsSemantic);

        using var writes = new SemanticCounts(on.Gateway, "llmgateway.semantic_cache.writes");
        var fresh = await on.AskAsync("a 0", null, null, ("Cache-Control", "no-cache"));
        Assert.False(fresh.IsSemantic);
        await Eventually.TrueAsync(() => writes.Of("stored") > 0, "the fresh answer to be kept");
        var after = await on.AskAsync("c 2");
        Assert.NotEqual(old.Text, after.Text);
        Assert.Equal(fresh.Text, after.Text);
    }

    [Fact]
    public async Task Where_no_cache_was_asked_for_nothing_is_embedded_or_stored()
    {
        await using var on = await SemanticOn.StartAsync();
        await on.MakeAsync(new { applies_to = new { models = new[] { "test/other" } } });
        on.Upstream.Forget();
        Assert.False((await on.AskAsync("a 0")).IsSemantic);
        Assert.False((await on.AskAsync("a 0")).IsSemantic);
        Assert.Equal(2, on.Upstream.Requests.Count);
    }

    [Fact]
    public async Task A_cache_may_be_for_some_keys_only()
    {
        await using var on = await SemanticOn.StartAsync();
        var one = await on.Gateway.PostAsync("/v1/keys", new { scopes = new[] { "inference" } }, "key");
        var other = await on.Gateway.PostAsync("/v1/keys", new { scopes = new[] { "inference" } }, "key");
        await on.MakeAsync(new { applies_to = new { keys = new[] { $"key_{one.Split('-')[2]}" } } });
        await on.TeachAsync("a 0", key: one);
        Assert.True((await on.AskAsync("b 5", key: one)).IsSemantic);
        Assert.False((await on.AskAsync("b 5", key: other)).IsSemantic);
    }

    [Fact]
    public async Task An_answer_by_meaning_is_not_kept_as_the_questions_own()
    {
        await using var on = await SemanticOn.StartAsync();
        var cache = await on.MakeAsync();
        await on.TeachAsync("a 0", new { temperature = 0 });
        Assert.True((await on.AskAsync("b 5", new { temperature = 0 })).IsSemantic);
        Assert.Equal(200, (await on.Gateway.SendAsync(HttpMethod.Delete, $"/v1/semantic_caches/{cache}/entries?all=true")).Status);
        Assert.False((await on.AskAsync("b 5", new { temperature = 0 })).IsSemantic);
        Assert.Equal(2, on.Answered);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Answers_expire_and_the_least_used_go_first(Store store)
    {
        await using var on = await SemanticOn.StartAsync(store);
        var cache = await on.MakeAsync(new { ttl_seconds = 1, max_entries = 2 });
        await on.TeachAsync("a 0");
        await Eventually.TrueAsync(async _ => !(await on.AskAsync("a 0", null, null, ("x-llmgateway-semantic-threshold", "0.5"))).IsSemantic, "the answer to expire");
        await on.SweepAsync();

        await on.Gateway.SendAsync(HttpMethod.Post, $"/v1/semantic_caches/{cache}", new { ttl_seconds = 1000 });
        foreach (var question in (string[])["a 90", "b 120", "c 150"])
        {
            await on.TeachAsync(question);
        }

        await on.SweepAsync();
        Assert.Equal(2, (await on.Gateway.ListedAsync($"/v1/semantic_caches/{cache}/entries")).Length);
        Assert.True((await on.AskAsync("c 150")).IsSemantic);
    }

    private static string Said(string stream) => string.Concat(stream.Split('\n')
        .Where(line => line.StartsWith("data: {", StringComparison.Ordinal))
        .SelectMany(line => JsonElement.Parse(line[6..]).GetProperty("choices").EnumerateArray())
        .Select(choice => choice.GetProperty("delta").TryGetProperty("content", out var content) ? content.GetString() : ""));
}
