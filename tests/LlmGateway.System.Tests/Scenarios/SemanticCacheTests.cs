using System.Text.Json;
using LlmGateway.TestKit;

namespace LlmGateway.System.Tests;

/// <summary>A question in other words is answered from the cache, the log says so, and the cache learns how far it may go.</summary>
public abstract class SemanticCacheTests(RunningSystem gateway) : Scenario(gateway)
{
    private const string Labels = "Answer with one of these labels: card_arrival, exchange_rate, lost_phone";

    [Fact]
    public async Task A_question_in_other_words_is_answered_by_meaning_logged_judged_and_forgotten()
    {
        using var project = await JoinAsAdminAsync();
        var cache = (await PostAsync(project, "/v1/semantic_caches", """
            {"name": "intents", "applies_to": {"models": ["local/chat"]}, "embedding_model": "local/embedding", "threshold": 0.6, "min_threshold": 0.3, "sample_share": 1}
            """)).GetProperty("id").GetString()!;

        using var first = await AskAsync(project, "When will my new card arrive at home?");
        Assert.False(first.Headers.Contains("x-llmgateway-semantic-entry"));
        using var second = await Eventually.GetAsync<HttpResponseMessage>(
            async _ => await AskAsync(project, "When does my new card arrive at my home?") is var answer && answer.Headers.Contains("x-llmgateway-semantic-entry") ? answer : null,
            "an answer by meaning");
        Assert.Equal(await ContentAsync(first), await ContentAsync(second));
        Assert.Equal("semantic", (await StoredAsync(second, project)).GetProperty("cache").GetString());

        // The hit is asked again and judged, and the partition says how it went.
        await Eventually.TrueAsync(
            async _ => (await GetAsync(project, $"/v1/semantic_caches/{cache}/partitions")).GetProperty("data") is var partitions
                && partitions.GetArrayLength() == 1 && partitions[0].GetProperty("precision").ValueKind == JsonValueKind.Object,
            "the hit to be judged");

        await TuneAsync(project, cache);
        using var removed = await project.DeleteAsync($"/v1/semantic_caches/{cache}", Cancel);
        Assert.True(removed.IsSuccessStatusCode);
        await Eventually.TrueAsync(
            async _ =>
            {
                using var answer = await AskAsync(project, "When does my new card arrive at my home?");
                return !answer.Headers.Contains("x-llmgateway-semantic-entry");
            },
            "the cache to be gone everywhere");
    }

    private static async Task TuneAsync(HttpClient admin, string cache)
    {
        var pairs = string.Join(',', Enumerable.Range(0, 80).Select(i => $$"""{"a": "Where is my parcel number {{i}}?", "b": "Where is the parcel number {{i}}?", "same": true}"""));
        var tuned = await PostAsync(admin, $"/v1/semantic_caches/{cache}/tune", $$"""{"pairs": [{{pairs}}]}""");
        Assert.True(tuned.GetProperty("applied").GetBoolean(), tuned.ToString());
        Assert.InRange(tuned.GetProperty("threshold").GetDouble(), 0.3, 1);
    }

    /// <summary>A key of a new project: no other scenario meets its cache.</summary>
    private async Task<HttpClient> JoinAsAdminAsync()
    {
        var project = (await PostAsync(Http, "/v1/projects", """{"name":"semantic"}""")).GetProperty("id").GetString();
        var key = await PostAsync(Http, "/v1/keys", $$"""{"project_id":"{{project}}","scopes":["admin"]}""");
        return Gateway.ClientOf(Gateway.BaseUrl, key.GetProperty("key").GetString());
    }

    private static async Task<HttpResponseMessage> AskAsync(HttpClient client, string question)
    {
        using var content = Json($$"""{"model": "local/chat", "messages": [{"role": "system", "content": "{{Labels}}"}, {"role": "user", "content": "{{question}}"}]}""");
        return await client.PostAsync("/v1/chat/completions", content, Cancel);
    }

    private static async Task<string?> ContentAsync(HttpResponseMessage answer) => JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancel))
        .GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString();

    private static async Task<JsonElement> GetAsync(HttpClient client, string path) => JsonElement.Parse(await client.GetStringAsync(path, Cancel));
}

[Collection<StandaloneShape>]
public sealed class SemanticCachesInStandalone(StandaloneFixture fixture) : SemanticCacheTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class SemanticCachesInServices(ServicesFixture fixture) : SemanticCacheTests(fixture.Gateway);
