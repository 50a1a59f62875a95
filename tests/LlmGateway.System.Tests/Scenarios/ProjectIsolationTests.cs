using System.Text.Json;

namespace LlmGateway.System.Tests;

/// <summary>What a project's calls left behind is that project's alone.</summary>
public abstract class ProjectIsolationTests(RunningSystem gateway) : Scenario(gateway)
{
    [Fact]
    public async Task A_key_of_another_project_finds_nothing_and_changes_nothing()
    {
        var (own, other) = (await JoinAsync("own"), await JoinAsync("other"));
        using var answer = await own.PostAsync(
            "/v1/chat/completions", Json("""{"model":"test/gpt-4o-mini","messages":[{"role":"user","content":"secret"}],"store":true,"metadata":{"of":"own"}}"""), Cancel);
        Assert.Equal(200, (int)answer.StatusCode);
        var stored = await StoredAsync(answer, own);
        var (id, body) = (stored.GetProperty("id").GetString(), stored.GetProperty("body_id").GetString());
        Assert.Equal([id], await IdsAsync(own, "/v1/inferences"));
        Assert.Equal([body], await IdsAsync(own, "/v1/chat/completions?metadata[of]=own"));

        Assert.Empty(await IdsAsync(other, "/v1/inferences"));
        Assert.Empty(await IdsAsync(other, "/v1/chat/completions?metadata[of]=own"));
        Assert.Equal(0, await RequestsAsync(other));
        foreach (var path in new[] { $"/v1/inferences/{id}", $"/v1/chat/completions/{id}", $"/v1/chat/completions/{body}", $"/v1/chat/completions/{body}/messages" })
        {
            using var response = await other.GetAsync(path, Cancel);
            Assert.Equal((path, 404), (path, (int)response.StatusCode));
        }

        using var deleted = await other.DeleteAsync($"/v1/chat/completions/{body}", Cancel);
        Assert.Equal(404, (int)deleted.StatusCode);
        using var changed = await other.PostAsync($"/v1/chat/completions/{body}", Json("""{"metadata":{"of":"other"}}"""), Cancel);
        Assert.Equal(404, (int)changed.StatusCode);
        Assert.Equal([body], await IdsAsync(own, "/v1/chat/completions?metadata[of]=own"));
        Assert.Equal(1, await RequestsAsync(own));
    }

    [Fact]
    public async Task The_same_question_is_not_answered_from_another_projects_cache()
    {
        const string question = """{"model":"test/gpt-4o-mini","temperature":0,"messages":[{"role":"user","content":"shared between projects?"}]}""";
        foreach (var name in new[] { "first", "second" })
        {
            var caller = await JoinAsync(name);
            using var answer = await caller.PostAsync("/v1/chat/completions", Json(question), Cancel);
            Assert.Contains("fwd", answer.Headers.GetValues("Cache-Status").Single(), StringComparison.Ordinal);
        }

        Assert.Equal(2, ModelCalls.Count);
    }

    private static async Task<List<string?>> IdsAsync(HttpClient caller, string path) =>
        [.. JsonElement.Parse(await caller.GetStringAsync(path, Cancel)).GetProperty("data").EnumerateArray().Select(row => row.GetProperty("id").GetString())];

    private static async Task<long> RequestsAsync(HttpClient caller) =>
        JsonElement.Parse(await caller.GetStringAsync("/v1/usage", Cancel)).GetProperty("data").EnumerateArray()
            .SelectMany(bucket => bucket.GetProperty("results").EnumerateArray()).Sum(result => result.GetProperty("requests").GetInt64());
}

[Collection<StandaloneShape>]
public sealed class ProjectIsolationInStandalone(StandaloneFixture fixture) : ProjectIsolationTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class ProjectIsolationInServices(ServicesFixture fixture) : ProjectIsolationTests(fixture.Gateway);
