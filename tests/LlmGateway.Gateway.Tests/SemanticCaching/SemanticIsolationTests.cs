using System.Collections.Concurrent;
using CsCheck;
using LlmGateway.Gateway.Tests.ProjectModels;

namespace LlmGateway.Gateway.Tests.SemanticCaching;

public sealed class SemanticIsolationTests
{
    [Theory]
    [InlineData(Store.Sqlite, true)]
    [InlineData(Store.Postgres, true)]
    [InlineData(Store.Sqlite, false)]
    public async Task Projects_that_ask_the_same_at_the_same_time_never_share_an_answer(Store store, bool logBodies)
    {
        await using var on = await SemanticOn.StartAsync(store);
        var keys = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            var project = await on.Gateway.PostAsync("/v1/projects", new { name = $"p{i}", log_bodies = logBodies }, "id");
            keys.Add(await on.Gateway.PostAsync("/v1/keys", new { project_id = project, scopes = new[] { "admin" } }, "key"));
            await on.MakeAsync(key: keys[i]);
        }

        var owners = new ConcurrentDictionary<string, int>();
        var hits = 0;
        var calls = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 5], Gen.Bool, Gen.Int[0, 1]).Array[60];
        await calls.SampleAsync(
            async sample =>
            {
                foreach (var part in sample.Chunk(4))
                {
                    await Task.WhenAll(part.Select(async call =>
                    {
                        var (owner, topic, warm, system) = call;
                        var messages = new[] { new { role = "system", content = $"{system}" }, new { role = "user", content = $"question {topic * 60}" } };
                        var answer = await on.AskAsync("-", new { messages, temperature = warm ? 0.5 : 0.7 }, keys[owner]);

                        // Answers are numbered: whoever sees one first is the only one that may ever see it.
                        Assert.Equal(owner, owners.GetOrAdd(answer.Text, owner));
                        Interlocked.Add(ref hits, answer.IsSemantic ? 1 : 0);
                    }));
                }
            },
            iter: 4, threads: 1);
        Assert.True(hits > 20, $"Only {hits} hits: the test would not see a shared entry.");
    }

    [Fact]
    public async Task Another_projects_cache_is_not_there()
    {
        await using var on = await SemanticOn.StartAsync();
        var cache = await on.MakeAsync();
        var (_, key) = await on.Gateway.MakeProjectAsync();
        foreach (var (method, path) in new[]
        {
            (HttpMethod.Get, ""), (HttpMethod.Post, ""), (HttpMethod.Delete, ""), (HttpMethod.Get, "/entries"), (HttpMethod.Delete, "/entries?all=true"),
            (HttpMethod.Get, "/partitions"), (HttpMethod.Post, "/tune"),
        })
        {
            var body = method == HttpMethod.Post ? new { } : null;
            Assert.Equal(404, (await on.Gateway.SendAsync(method, $"/v1/semantic_caches/{cache}{path}", body, key)).Status);
        }

        Assert.Empty(await on.Gateway.ListedAsync("/v1/semantic_caches", key));
        Assert.Equal([cache], await on.Gateway.ListedAsync("/v1/semantic_caches"));
    }

    [Fact]
    public async Task Reading_takes_the_data_scope_and_changing_the_admins()
    {
        await using var on = await SemanticOn.StartAsync();
        var cache = await on.MakeAsync();
        var data = await on.Gateway.PostAsync("/v1/keys", new { scopes = new[] { "data" } }, "key");
        var inference = await on.Gateway.PostAsync("/v1/keys", new { scopes = new[] { "inference" } }, "key");
        foreach (var path in (string[])["", $"/{cache}", $"/{cache}/entries", $"/{cache}/partitions"])
        {
            Assert.Equal(200, (await on.Gateway.SendAsync(HttpMethod.Get, $"/v1/semantic_caches{path}", key: data)).Status);
            Assert.Equal(403, (await on.Gateway.SendAsync(HttpMethod.Get, $"/v1/semantic_caches{path}", key: inference)).Status);
        }

        Assert.Equal(403, (await on.Gateway.SendAsync(HttpMethod.Post, "/v1/semantic_caches", SemanticOn.Policy(), data)).Status);
        Assert.Equal(403, (await on.Gateway.SendAsync(HttpMethod.Post, $"/v1/semantic_caches/{cache}", new { }, data)).Status);
        Assert.Equal(403, (await on.Gateway.SendAsync(HttpMethod.Post, $"/v1/semantic_caches/{cache}/tune", new { }, data)).Status);
        Assert.Equal(403, (await on.Gateway.SendAsync(HttpMethod.Delete, $"/v1/semantic_caches/{cache}/entries?all=true", key: data)).Status);
        Assert.Equal(403, (await on.Gateway.SendAsync(HttpMethod.Delete, $"/v1/semantic_caches/{cache}", key: data)).Status);
    }

    [Fact]
    public async Task A_project_that_keeps_no_bodies_has_its_entries_in_memory_alone()
    {
        await using var on = await SemanticOn.StartAsync();
        var project = await on.Gateway.PostAsync("/v1/projects", new { name = "p", log_bodies = false }, "id");
        var key = await on.Gateway.PostAsync("/v1/keys", new { project_id = project, scopes = new[] { "admin" } }, "key");
        var cache = await on.MakeAsync(new { max_entries = 5 }, key);
        await on.TeachAsync("a 0", key: key);
        Assert.True((await on.AskAsync("b 5", key: key)).IsSemantic);
        Assert.Empty(await on.Gateway.ListedAsync($"/v1/semantic_caches/{cache}/entries", key));

        Assert.Equal(200, (await on.Gateway.SendAsync(HttpMethod.Delete, $"/v1/semantic_caches/{cache}/entries?id=sementry_any", key: key)).Status);
        Assert.False((await on.AskAsync("b 5", key: key)).IsSemantic);

        // Thirteen degrees and more apart, each is a question of its own at a threshold of 0.99.
        for (var topic = 0; topic < 12; topic++)
        {
            await on.TeachAsync($"t {40 + (topic * 26)}", key: key);
        }

        Assert.True((await on.AskAsync($"t {40 + (11 * 26)}", key: key)).IsSemantic);
        Assert.False((await on.AskAsync("t 40", key: key)).IsSemantic);
    }
}
