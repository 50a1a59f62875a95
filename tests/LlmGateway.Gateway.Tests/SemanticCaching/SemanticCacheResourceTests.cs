using System.Text.Json;
using LlmGateway.Gateway.Tests.ProjectModels;

namespace LlmGateway.Gateway.Tests.SemanticCaching;

public sealed class SemanticCacheResourceTests
{
    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_cache_is_made_changed_listed_and_deleted(Store store)
    {
        await using var on = await SemanticOn.StartAsync(store);
        var cache = await on.MakeAsync(new { max_entries = 7 });
        var (_, shown) = await on.Gateway.SendAsync(HttpMethod.Get, $"/v1/semantic_caches/{cache}");
        Assert.Equal(("semantic_cache", 4, 7, 0.95), (
            shown.GetProperty("object").GetString(), shown.GetProperty("embedding_dimensions").GetInt32(),
            shown.GetProperty("max_entries").GetInt32(), shown.GetProperty("target_precision").GetDouble()));

        await on.TeachAsync("a 0");
        Assert.True((await on.AskAsync("b 20")).IsSemantic);
        var (status, changed) = await on.Gateway.SendAsync(HttpMethod.Post, $"/v1/semantic_caches/{cache}", new { threshold = 0.99 });
        Assert.Equal((200, 0.99, 7), (status, changed.GetProperty("threshold").GetDouble(), changed.GetProperty("max_entries").GetInt32()));
        Assert.False((await on.AskAsync("c 20")).IsSemantic);

        var other = await on.MakeAsync();
        Assert.Equal([other, cache], await on.Gateway.ListedAsync("/v1/semantic_caches"));
        Assert.Equal([cache], await on.Gateway.ListedAsync($"/v1/semantic_caches?after={other}"));
        Assert.Equal(200, (await on.Gateway.SendAsync(HttpMethod.Delete, $"/v1/semantic_caches/{cache}")).Status);
        Assert.Equal(200, (await on.Gateway.SendAsync(HttpMethod.Delete, $"/v1/semantic_caches/{other}")).Status);
        Assert.False((await on.AskAsync("a 0")).IsSemantic);
        Assert.Equal(404, (await on.Gateway.SendAsync(HttpMethod.Get, $"/v1/semantic_caches/{cache}")).Status);
    }

    [Theory]
    [InlineData("""{"name":""}""", "name")]
    [InlineData("""{"applies_to":{}}""", "applies_to")]
    [InlineData("""{"applies_to":{"models":[]}}""", "applies_to.models")]
    [InlineData("""{"applies_to":{"keys":[""]}}""", "applies_to.keys")]
    [InlineData("""{"embedding_model":"nobody/has-this"}""", "embedding_model")]
    [InlineData("""{"threshold":1.01}""", "threshold")]
    [InlineData("""{"min_threshold":0.95}""", "min_threshold")]
    [InlineData("""{"target_precision":1}""", "target_precision")]
    [InlineData("""{"ttl_seconds":0}""", "ttl_seconds")]
    [InlineData("""{"max_turns":0}""", "max_turns")]
    [InlineData("""{"embedded_turns":5}""", "embedded_turns")]
    [InlineData("""{"max_temperature":3}""", "max_temperature")]
    [InlineData("""{"sample_share":2}""", "sample_share")]
    [InlineData("""{"margin":2}""", "margin")]
    [InlineData("""{"margin":0.1,"judge":{"type":"model","model":"test/gpt-4o"}}""", "margin")]
    [InlineData("""{"max_checks_per_day":-1}""", "max_checks_per_day")]
    [InlineData("""{"max_check_usd_per_day":-1}""", "max_check_usd_per_day")]
    [InlineData("""{"max_entries":0}""", "max_entries")]
    [InlineData("""{"judge":{"type":"dice"}}""", "judge")]
    [InlineData("""{"judge":{"type":"model"}}""", "judge.model")]
    [InlineData("""{"judge":{"type":"model","model":"nobody/has-this"}}""", "judge.model")]
    [InlineData("""{"judge":{"type":"exact","model":"test/gpt-4o"}}""", "judge")]
    public async Task A_bad_policy_is_refused_by_its_field(string changes, string field)
    {
        await using var on = await SemanticOn.StartAsync();
        var (status, body) = await on.Gateway.SendAsync(HttpMethod.Post, "/v1/semantic_caches", SemanticOn.Policy(JsonElement.Parse(changes)));
        Assert.Equal((400, field), (status, body.Param()));
        Assert.Empty(await on.Gateway.ListedAsync("/v1/semantic_caches"));
    }

    [Fact]
    public async Task The_embedding_model_of_a_cache_cannot_change()
    {
        await using var on = await SemanticOn.StartAsync();
        var cache = await on.MakeAsync();
        var (status, body) = await on.Gateway.SendAsync(HttpMethod.Post, $"/v1/semantic_caches/{cache}", new { embedding_model = "test/other" });
        Assert.Equal((400, "embedding_model"), (status, body.Param()));
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Entries_are_removed_by_id_partition_or_all_together(Store store)
    {
        await using var on = await SemanticOn.StartAsync(store);
        var cache = await on.MakeAsync();
        await on.TeachAsync("a 0");
        await on.TeachAsync("b 90");
        await on.TeachAsync("c 0", new { temperature = 0.5 });
        var entries = await on.Gateway.ListedAsync($"/v1/semantic_caches/{cache}/entries?order=asc");
        Assert.Equal(3, entries.Length);

        Assert.Equal(1, await RemoveAsync($"id={entries[0]}"));
        Assert.False((await on.AskAsync("a 0", null, null, ("Cache-Control", "max-age=1000"))).IsSemantic);
        Assert.True((await on.AskAsync("b 90")).IsSemantic);

        await RemoveAsync($"partition={await PartitionOfAsync(entries[2])}");
        Assert.True((await on.AskAsync("b 90")).IsSemantic);
        Assert.Equal(0, await RemoveAsync("prompt_id=prompt_x&prompt_version=1"));
        Assert.True(await RemoveAsync("all=true") >= 1);
        Assert.Empty(await on.Gateway.ListedAsync($"/v1/semantic_caches/{cache}/entries"));
        Assert.False((await on.AskAsync("b 90")).IsSemantic);

        foreach (var bad in (string[])["", "all=false", "all=true&id=x", "prompt_version=x", "day=monday"])
        {
            Assert.Equal(400, (await on.Gateway.SendAsync(HttpMethod.Delete, $"/v1/semantic_caches/{cache}/entries?{bad}")).Status);
        }

        async Task<int> RemoveAsync(string filter) =>
            (await on.Gateway.SendAsync(HttpMethod.Delete, $"/v1/semantic_caches/{cache}/entries?{filter}")).Body.GetProperty("deleted").GetInt32();

        async Task<string> PartitionOfAsync(string id) => (await on.Gateway.SendAsync(HttpMethod.Get, $"/v1/semantic_caches/{cache}/entries")).Body
            .GetProperty("data").EnumerateArray().Single(entry => entry.GetProperty("id").GetString() == id).GetProperty("partition").GetString()!;
    }

    [Fact]
    public async Task Replicas_share_policies_and_entries()
    {
        await using var replicas = await Replicas.StartAsync(("Gateway:SemanticCaching:EmbeddingBudget", "00:00:10"), ("Gateway:SemanticCaching:SearchBudget", "00:00:10"));
        replicas.Upstream.Script = SemanticOn.Script;
        var cache = await replicas.One.PostAsync("/v1/semantic_caches", SemanticOn.Policy(), "id");
        await AskAsync(replicas.One);
        await TestKit.Eventually.TrueAsync(async _ => await AskAsync(replicas.Other), "the other gateway to answer by the first one's entry");
        Assert.Equal(200, (await replicas.One.SendAsync(HttpMethod.Delete, $"/v1/semantic_caches/{cache}")).Status);
        await TestKit.Eventually.TrueAsync(async _ => !await AskAsync(replicas.Other), "the other gateway to stop");

        static async Task<bool> AskAsync(TestKit.InProcessGateway gateway)
        {
            using var content = new StringContent($$"""{"model":"{{SemanticOn.Model}}","messages":[{"role":"user","content":"a 0"}]}""", null, "application/json");
            using var response = await gateway.Http.PostAsync("/v1/chat/completions", content);
            return response.Headers.Contains("x-llmgateway-semantic-entry");
        }
    }
}
