using System.Net;
using System.Text;
using System.Text.Json;
using LlmGateway.Datasets.Tests.Stores;
using LlmGateway.Service;
using Microsoft.Extensions.Time.Testing;

namespace LlmGateway.Datasets.Tests.Versions;

public sealed class EmbeddedVersionUseTests : VersionUseTests
{
    protected override ValueTask<TestStore> OpenAsync() => ValueTask.FromResult(TestStore.Embedded());
}

public sealed class PostgresVersionUseTests : VersionUseTests
{
    protected override async ValueTask<TestStore> OpenAsync() => await TestStore.PostgresAsync();
}

/// <summary>Versions that runs and jobs read stay, and what was the latest at a time can be read, in each store.</summary>
public abstract class VersionUseTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddMicroseconds(Calls.Start));

    [Fact]
    public async Task A_version_in_use_is_not_deleted_before_its_users_let_go()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var dataset = await client.DatasetAsync();
        await client.VersionAsync(dataset, """{"input":"one"}""");
        await client.VersionAsync(dataset, """{"input":"two"}""");
        for (var time = 0; time < 2; time++)
        {
            await UseAsync(host, dataset, "1", "evalrun_1", "test");
        }

        await UseAsync(host, dataset, "1", "ftjob-2", null);
        foreach (var path in new[] { $"{dataset}/versions/1", dataset })
        {
            using var refused = await client.DeleteAsync(path, Cancel);
            var error = (await refused.JsonAsync()).GetProperty("error");
            Assert.Equal((HttpStatusCode.Conflict, "version_in_use"), (refused.StatusCode, error.Text("code")));
            Assert.Contains("evalrun_1, ftjob-2", error.Text("message"), StringComparison.Ordinal);
        }

        Assert.Single(await client.ExportAsync(dataset, "1", "format=items"));
        await ReleaseAsync(host, "proj_b", "evalrun_1", "ftjob-2");
        Assert.Equal(HttpStatusCode.Conflict, (await client.DeleteAsync($"{dataset}/versions/1", Cancel)).StatusCode);
        await ReleaseAsync(host, "proj_a", "evalrun_1", "ftjob-2");
        using var deleted = await client.DeleteAsync($"{dataset}/versions/1", Cancel);
        Assert.Equal("dataset.version.deleted", (await deleted.JsonAsync()).Text("object"));
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"{dataset}/versions/1", Cancel)).StatusCode);
        Assert.Equal((1, 1), await host.CountVersionsAsync());
        Assert.Equal(3, (await client.VersionAsync(dataset, """{"input":"one"}""")).GetProperty("version").GetInt32());
        Assert.Equal(HttpStatusCode.OK, (await client.DeleteAsync(dataset, Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_use_names_a_version_of_its_own_project_and_only_services_tell_it()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var dataset = await client.DatasetAsync();
        await client.VersionAsync(dataset, """{"input":"one"}""");
        Assert.Equal(HttpStatusCode.NotFound, await TryUseAsync(host.For("proj_a", Scopes.Internal), dataset, "2", "run"));
        Assert.Equal(HttpStatusCode.NotFound, await TryUseAsync(host.For("proj_b", Scopes.Internal), dataset, "1", "run"));
        Assert.Equal(HttpStatusCode.BadRequest, await TryUseAsync(host.For("proj_a", Scopes.Internal), dataset, "1", ""));
        Assert.Equal(HttpStatusCode.BadRequest, await TryUseAsync(host.For("proj_a", Scopes.Internal), dataset, "1", "run", role: "looked at"));
        Assert.Equal(HttpStatusCode.Forbidden, await TryUseAsync(client, dataset, "1", "run"));
        Assert.Equal(HttpStatusCode.OK, (await client.DeleteAsync($"{dataset}/versions/1", Cancel)).StatusCode);
    }

    [Fact]
    public async Task Many_who_use_and_one_who_deletes_never_both_succeed()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        for (var round = 0; round < 10; round++)
        {
            var dataset = await client.DatasetAsync();
            await client.VersionAsync(dataset, $$"""{"input":"{{round}}"}""");
            var user = host.For("proj_a", Scopes.Internal);
            var using_ = TryUseAsync(user, dataset, "1", $"run-{round}");
            using var deleted = await client.DeleteAsync($"{dataset}/versions/1", Cancel);
            Assert.Equal(await using_ == HttpStatusCode.OK ? HttpStatusCode.Conflict : HttpStatusCode.OK, deleted.StatusCode);
        }
    }

    [Fact]
    public async Task What_was_the_latest_at_a_time_is_read_by_that_time()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var dataset = await client.DatasetAsync();
        var times = new List<long>();
        foreach (var input in new[] { "one", "two" })
        {
            _clock.Advance(TimeSpan.FromSeconds(10));
            times.Add((await client.VersionAsync(dataset, $$"""{"input":"{{input}}"}""")).GetProperty("created_at").GetInt64());
        }

        foreach (var (time, version) in new[] { (times[0], 1), (times[1] - 1, 1), (times[1], 2), (times[1] + 1000, 2) })
        {
            Assert.Equal((time, version), (time, (await client.GetJsonAsync($"{dataset}/versions/as_of:{time}")).GetProperty("version").GetInt32()));
        }

        var iso = DateTimeOffset.FromUnixTimeSeconds(times[0]).ToString("O");
        Assert.Equal("one", JsonElement.Parse(Assert.Single(await client.ExportAsync(dataset, $"as_of:{Uri.EscapeDataString(iso)}", "format=items"))).Text("input"));
        Assert.Equal(1, (await client.GetJsonAsync($"{dataset}/diff?from=as_of:{times[0]}&to=latest")).GetProperty("added").GetInt32());
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"{dataset}/versions/as_of:{times[0] - 1}", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync($"{dataset}/versions/as_of:yesterday", Cancel)).StatusCode);
    }

    protected abstract ValueTask<TestStore> OpenAsync();

    private static async Task UseAsync(DatasetsHost host, string dataset, string version, string user, string? split) =>
        Assert.Equal(HttpStatusCode.OK, await TryUseAsync(host.For("proj_a", Scopes.Internal), dataset, version, user, split));

    private static async Task<HttpStatusCode> TryUseAsync(HttpClient client, string dataset, string version, string user, string? split = null, string role = "tested")
    {
        var named = split is null ? "null" : $"\"{split}\"";
        using var body = new StringContent(
            $$"""{"dataset_id":"{{dataset.Split('/')[^1]}}","version":"{{version}}","split":{{named}},"used_by":"{{user}}","role":"{{role}}"}""", Encoding.UTF8, "application/json");
        using var response = await client.PostAsync("/internal/dataset_uses", body, Cancel);
        return response.StatusCode;
    }

    private static async Task ReleaseAsync(DatasetsHost host, string project, params string[] users)
    {
        var query = string.Join('&', users.Select(user => $"used_by={user}"));
        using var response = await host.For(project, Scopes.Internal).DeleteAsync($"/internal/dataset_uses?{query}", Cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }
}
