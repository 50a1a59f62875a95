using System.Net;
using System.Text.Json;
using LlmGateway.Datasets.Storage;
using LlmGateway.Datasets.Tests.Stores;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Datasets.Tests.Versions.Production;

public sealed class EmbeddedProductionOutputTests : ProductionOutputTests
{
    protected override ValueTask<TestStore> OpenAsync() => ValueTask.FromResult(TestStore.Embedded());
}

public sealed class PostgresProductionOutputTests : ProductionOutputTests
{
    protected override async ValueTask<TestStore> OpenAsync() => await TestStore.PostgresAsync();
}

/// <summary>What of a call becomes the reference, in each store.</summary>
public abstract class ProductionOutputTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly Calls _calls = new("proj_a");

    [Fact]
    public async Task The_reference_is_what_was_asked_for()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync();
        var client = host.For("proj_a");
        await host.StoreAsync(_calls.Ask("a", "first", "raw"), _calls.Ask("b", "second", "plain"));
        await client.PostJsonAsync("/v1/feedback", """{"inference_id":"a","metric":"demonstration","value":"better"}""");
        foreach (var (output, expected) in new[]
        {
            ("", "first=better second=plain"),
            ("inference", "first=raw second=plain"),
            ("demonstration", "first=better"),
            ("none", "first= second="),
        })
        {
            var request = output.Length == 0 ? "{}" : $$"""{"output":"{{output}}"}""";
            Assert.Equal((output, expected), (output, string.Join(' ', (await ItemsAsync(host, client, request)).Select(item => $"{item.Question}={item.Reference}"))));
        }
    }

    [Fact]
    public async Task Of_the_same_input_the_answer_with_the_best_feedback_is_taken()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync();
        var client = host.For("proj_a");
        await host.StoreAsync(
            _calls.Ask("1", "Where is it?", "slow"), _calls.Ask("2", "where  is it?", "quick"), _calls.Ask("3", "Where is it?", "nobody said"),
            _calls.Ask("4", "alone", "only", call => call with { EpisodeId = "e" }));
        await client.PostJsonAsync("/v1/feedback/metrics", """{"name":"seconds","type":"float","optimize":"min"}""");
        foreach (var said in new[]
        {
            """{"inference_id":"1","metric":"score","value":0.2}""", """{"inference_id":"2","metric":"score","value":0.4}""",
            """{"inference_id":"2","metric":"score","value":0.8}""", """{"episode_id":"e","metric":"score","value":0.1}""",
            """{"inference_id":"1","metric":"seconds","value":9}""", """{"inference_id":"2","metric":"seconds","value":12}""",
        })
        {
            await client.PostJsonAsync("/v1/feedback", said);
        }

        Assert.Equal(["quick", "only"], (await ItemsAsync(host, client, """{"output":"best_feedback","metric":"score"}""")).Select(item => item.Reference));
        Assert.Equal(["slow"], (await ItemsAsync(host, client, """{"output":"best_feedback","metric":"seconds"}""")).Select(item => item.Reference));
    }

    [Fact]
    public async Task Pairs_are_a_correction_against_its_answer_and_better_against_worse_feedback()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync();
        var client = host.For("proj_a");
        await host.StoreAsync(
            _calls.Ask("1", "corrected", "wrong"), _calls.Ask("2", "same", "as said"),
            _calls.Ask("3", "twice", "good"), _calls.Ask("4", "twice", "bad"), _calls.Ask("5", "twice", "middling"),
            _calls.Ask("6", "even", "x"), _calls.Ask("7", "even", "y"), _calls.Ask("8", "alike", "z"), _calls.Ask("9", "alike", "z"));
        foreach (var said in new[]
        {
            """{"inference_id":"1","metric":"demonstration","value":"right"}""", """{"inference_id":"2","metric":"demonstration","value":"as said"}""",
            """{"inference_id":"3","metric":"score","value":1}""", """{"inference_id":"4","metric":"score","value":0}""",
            """{"inference_id":"5","metric":"score","value":0.5}""", """{"inference_id":"6","metric":"score","value":1}""",
            """{"inference_id":"7","metric":"score","value":1}""", """{"inference_id":"8","metric":"score","value":1}""",
            """{"inference_id":"9","metric":"score","value":0}""",
        })
        {
            await client.PostJsonAsync("/v1/feedback", said);
        }

        Assert.Equal(["right>wrong"], (await ItemsAsync(host, client, """{"output":"preference"}""")).Select(item => $"{item.Reference}>{item.Rejected}"));
        var dataset = await client.DatasetAsync();
        var version = await client.PostJsonAsync($"{dataset}/from_inferences", """{"output":"preference","metric":"score"}""");
        Assert.Equal(["right>wrong", "good>bad"], (await ItemsAsync(host, version.Text("id")!)).Select(item => $"{item.Reference}>{item.Rejected}"));
        Assert.Equal(2, version.GetProperty("dropped").GetProperty("tie").GetInt32());
    }

    [Fact]
    public async Task A_version_can_be_added_to_and_has_no_more_than_its_limit()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync();
        var client = host.For("proj_a");
        await host.StoreAsync(_calls.Ask("1", "one"), _calls.Ask("2", "two"), _calls.Ask("3", "three"));
        var dataset = await client.DatasetAsync();
        await client.PostJsonAsync($"{dataset}/from_inferences", """{"limit":2,"split":{"train":1,"validation":0,"test":0},"dedupe":"input"}""");
        var second = await client.PostJsonAsync($"{dataset}/from_inferences", """{"append":"keep"}""");
        Assert.Equal((2, 3), (second.GetProperty("version").GetInt32(), second.GetProperty("item_count").GetInt32()));
        Assert.Equal(2, second.GetProperty("splits").GetProperty("train").GetInt32());
        Assert.Equal("from_inferences", second.GetProperty("request").GetProperty("source").Text("type"));
    }

    [Theory]
    [InlineData("""{"output":"best"}""", "output")]
    [InlineData("""{"output":"best_feedback"}""", "metric")]
    [InlineData("""{"output":"best_feedback","metric":"nothing"}""", "metric")]
    [InlineData("""{"output":"best_feedback","metric":"demonstration"}""", "metric")]
    [InlineData("""{"metric":"good"}""", "metric")]
    [InlineData("""{"sample":{}}""", "sample")]
    [InlineData("""{"sample":{"size":1,"share":0.5}}""", "sample")]
    [InlineData("""{"sample":{"size":0}}""", "sample.size")]
    [InlineData("""{"sample":{"share":1.1}}""", "sample.share")]
    [InlineData("""{"filter":{"text":"?!"}}""", "filter.text")]
    [InlineData("""{"filter":{"latency_ms":{"min":2,"max":1}}}""", "filter.latency_ms")]
    [InlineData("""{"filter":{"cost":{"min":-1}}}""", "filter.cost")]
    [InlineData("""{"filter":{"feedback":[]}}""", "filter.feedback")]
    [InlineData("""{"filter":{"feedback":[{"metric":"good"},{"metric":"good","level":"project"}]}}""", "filter.feedback[1].level")]
    [InlineData("""{"dry_run":true,"limit":0}""", "limit")]
    public async Task A_member_that_is_wrong_is_named(string request, string param)
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync();
        var client = host.For("proj_a");
        await client.PostJsonAsync("/v1/feedback", """{"inference_id":"a","metric":"good","value":true}""");
        await client.PostJsonAsync("/v1/feedback", """{"inference_id":"a","metric":"demonstration","value":"x"}""");
        var dataset = await client.DatasetAsync();
        var error = await client.RefusedAsync($"{dataset}/from_inferences", request);
        Assert.Equal(param, error.Text("param"));
        Assert.DoesNotContain("source.", error.Text("message"), StringComparison.Ordinal);
        Assert.Empty((await client.GetJsonAsync($"{dataset}/versions")).Ids());
    }

    [Theory]
    [InlineData("""{"filter":{"colour":"red"}}""", "filter.colour")]
    [InlineData("""{"colour":"red"}""", "colour")]
    [InlineData("""{"filter":{"feedback":{"metric":"good","above":1}}}""", "above")]
    public async Task A_member_that_nobody_knows_is_named(string request, string name)
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync();
        var client = host.For("proj_a");
        Assert.Contains(name, (await client.RefusedAsync($"{await client.DatasetAsync()}/from_inferences", request)).Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_projects_calls_and_dataset_stay_its_own()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync();
        await host.StoreAsync(_calls.Ask("1", "one"));
        var stranger = host.For("proj_b");
        Assert.Equal("no_items", (await stranger.RefusedAsync($"{await stranger.DatasetAsync()}/from_inferences", "{}")).Text("code"));
        var theirs = await host.For("proj_a").DatasetAsync();
        foreach (var request in new[] { "{}", """{"dry_run":true}""" })
        {
            Assert.Equal("dataset_id", (await stranger.RefusedAsync($"{theirs}/from_inferences", request, HttpStatusCode.NotFound)).Text("param"));
        }
    }

    protected abstract ValueTask<TestStore> OpenAsync();

    private static async Task<Item[]> ItemsAsync(DatasetsHost host, HttpClient client, string request)
    {
        var version = await client.PostJsonAsync($"{await client.DatasetAsync()}/from_inferences", request);
        return await ItemsAsync(host, version.Text("id")!);
    }

    /// <summary>As they are stored: what an export shows of them depends on its format.</summary>
    private static async Task<Item[]> ItemsAsync(DatasetsHost host, string version)
    {
        await using var scope = host.Service<IServiceScopeFactory>().CreateAsyncScope();
        var rows = await scope.ServiceProvider.GetRequiredService<DatasetsDbContext>().DatasetItems.AsNoTracking()
            .Where(item => item.VersionId == version).OrderBy(item => item.Place).ToListAsync(Cancel);
        return [.. rows.Select(row => new Item(
            JsonElement.Parse(row.Input).GetProperty("messages")[0].Text("content"), TextOf(row.Reference), TextOf(row.Rejected)))];
    }

    private static string? TextOf(string? json) => json is null ? null : JsonElement.Parse(json).GetString();

    private sealed record Item(string? Question, string? Reference, string? Rejected);
}
