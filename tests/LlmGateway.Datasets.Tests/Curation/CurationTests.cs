using System.Globalization;
using System.Text.Json;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Datasets.Tests.Stores;
using LlmGateway.Datasets.Tests.Versions;
using Microsoft.Extensions.Time.Testing;

namespace LlmGateway.Datasets.Tests.Curation;

public sealed class EmbeddedCurationTests : CurationTests
{
    protected override ValueTask<TestStore> OpenAsync() => ValueTask.FromResult(TestStore.Embedded());
}

public sealed class PostgresCurationTests : CurationTests
{
    protected override async ValueTask<TestStore> OpenAsync() => await TestStore.PostgresAsync();
}

/// <summary>What curation leaves out, how it is told, and how it comes back, in each store.</summary>
public abstract class CurationTests
{
    private const string Lines = """
        {"id":"a","input":"How do I activate my new card for online payments?","reference":"activate"}
        {"id":"b","input":"Why was my transfer declined twice today?","reference":"declined"}
        {"id":"c","input":"how do I activate my new card for online payment?","reference":"activate","metadata":{"n":3}}
        {"id":"d","input":"Why was my transfer  declined twice TODAY?","reference":"declined"}
        """;

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddMicroseconds(Calls.Start));
    private readonly Calls _calls = new("proj_a");

    [Fact]
    public async Task What_is_left_out_is_told_with_its_step_and_reason_and_comes_back_whole()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var dataset = await client.DatasetAsync();
        var version = await client.VersionAsync(dataset, Lines, ""","curation":[{"step":"exact_duplicates"},{"step":"near_duplicates"}]""");

        Assert.Equal("""{"duplicate_input":1,"near_duplicate":1}""", version.GetProperty("dropped").GetRawText());
        Assert.Equal(["a", "b"], (await client.GetJsonAsync($"{dataset}/versions/1/items")).Ids());
        var steps = version.GetProperty("report").GetProperty("steps");
        Assert.Equal(
            """{"step":"exact_duplicates","parameters":{},"in":4,"out":3,"changed":0,"dropped":{"duplicate_input":1}}""",
            steps[0].GetRawText());
        Assert.Equal(
            """{"step":"near_duplicates","parameters":{"threshold":0.8,"of":"input"},"in":3,"out":2,"changed":0,"dropped":{"near_duplicate":1}}""",
            steps[1].GetRawText());

        var drops = (await client.GetJsonAsync($"{dataset}/versions/1/dropped")).GetProperty("data");
        Assert.Equal(["c", "d"], drops.EnumerateArray().Select(drop => drop.Text("id")));
        Assert.Equal(("near_duplicates", "near_duplicate", 3), (drops[0].Text("step"), drops[0].Text("reason"), drops[0].GetProperty("line").GetInt32()));
        Assert.StartsWith("like a, Jaccard 0.", drops[0].Text("detail"), StringComparison.Ordinal);
        Assert.Equal("the same input as b", drops[1].Text("detail"));

        var back = await client.PostJsonAsync($"{dataset}/versions", """{"source":{"type":"dropped","version":"1","reasons":["near_duplicate"],"append":"keep"}}""");
        Assert.Equal(3, back.GetProperty("item_count").GetInt32());
        Assert.Equal(
            """{"id":"c","input":"how do I activate my new card for online payment?","reference":"activate","metadata":{"n":3},"split":null}""",
            (await client.ExportAsync(dataset, "2", "format=items"))[2]);
        var unknown = await client.RefusedAsync($"{dataset}/versions", """{"source":{"type":"dropped","version":"1","reasons":["near_duplicates"],"append":"keep"}}""");
        Assert.Equal("source.reasons", unknown.Text("param"));
        Assert.Contains("there are duplicate_input, near_duplicate", unknown.Text("message"), StringComparison.Ordinal);
        // With all that was left out it is what it was: the same content is the same version.
        var whole = await client.PostJsonAsync($"{dataset}/versions", """{"source":{"type":"dropped","version":"1","append":"keep"}}""");
        Assert.Equal(4, whole.GetProperty("item_count").GetInt32());
        Assert.Equal(whole.Text("id"), (await client.VersionAsync(dataset, Lines)).Text("id"));
    }

    [Fact]
    public async Task Drops_are_paged_and_listed_by_reason_for_their_project_only()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var dataset = await client.DatasetAsync();
        var lines = string.Join('\n', Enumerable.Range(0, 9).Select(number => $$"""{"id":"{{number}}","input":"{{new string('x', 1 + (number / 3))}}","reference":"sure thing"}"""));
        await client.VersionAsync(dataset, lines, ""","curation":[{"step":"exact_duplicates"},{"step":"length","of":"input","max":2}]""");

        var page = await client.GetJsonAsync($"{dataset}/versions/1/dropped?limit=4");
        Assert.Equal(("1 2 4 5", true), (string.Join(' ', page.Ids()), page.GetProperty("has_more").GetBoolean()));
        Assert.Equal(["6", "7", "8"], (await client.GetJsonAsync($"{dataset}/versions/1/dropped?limit=4&after=5")).Ids());
        Assert.Equal(["6"], (await client.GetJsonAsync($"{dataset}/versions/1/dropped?reason=too_long")).Ids());
        Assert.Equal(["4", "2", "1"], (await client.GetJsonAsync($"{dataset}/versions/1/dropped?order=desc&after=5")).Ids());
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await host.For("proj_b").GetAsync($"{dataset}/versions/1/dropped", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task A_dry_run_tells_and_makes_nothing()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var dataset = await client.DatasetAsync();
        var preview = await client.VersionAsync(dataset, Lines, ""","curation":[{"step":"near_duplicates"}],"split":{"train":1,"validation":0,"test":0},"dry_run":true""");

        Assert.Equal(("dataset.version.preview", 2), (preview.Text("object"), preview.GetProperty("item_count").GetInt32()));
        Assert.Equal("""{"near_duplicate":2}""", preview.GetProperty("dropped").GetRawText());
        Assert.Equal("""{"train":2}""", preview.GetProperty("splits").GetRawText());
        Assert.Equal(["c", "d"], preview.GetProperty("examples").EnumerateArray().Select(drop => drop.Text("id")));
        Assert.Equal((0, 0), await host.CountVersionsAsync());
    }

    [Fact]
    public async Task A_version_that_is_deleted_or_fails_leaves_no_drops()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var dataset = await client.DatasetAsync();
        var error = await client.RefusedVersionAsync(dataset, Lines, ""","curation":[{"step":"length","of":"input","min":1000}]""");
        Assert.Equal("no_items", error.Text("code"));
        Assert.Contains("too_short 4", error.Text("message"), StringComparison.Ordinal);
        Assert.Equal(0, await host.CountDropsAsync());

        await client.VersionAsync(dataset, Lines, ""","dedupe":"input" """);
        Assert.Equal(1, await host.CountDropsAsync());
        await client.DeleteAsync(dataset, TestContext.Current.CancellationToken);
        Assert.Equal(0, await host.CountDropsAsync());
    }

    [Fact]
    public async Task Cut_answers_are_known_by_their_calls()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        await host.StoreAsync(
            Ask("1", "whole"),
            Ask("2", "cut", record => record with { FinishReason = "length" }),
            Ask("3", "corrected", record => record with { FinishReason = "length" }));
        await client.PostJsonAsync("/v1/feedback", """{"inference_id":"3","metric":"demonstration","value":"as it should be"}""");
        Assert.Equal("whole corrected", await QuestionsAsync(client, """[{"step":"truncated"}]"""));
    }

    [Fact]
    public async Task Feedback_below_the_least_or_none_leaves_out()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        await host.StoreAsync(Ask("1", "praised"), Ask("2", "mixed"), Ask("3", "blamed"), Ask("4", "silent"), Ask("5", "episode", record => record with { EpisodeId = "e" }));
        foreach (var said in new[]
        {
            """{"inference_id":"1","metric":"score","value":0.9}""",
            """{"inference_id":"2","metric":"score","value":1.0}""",
            """{"inference_id":"2","metric":"score","value":0.4}""",
            """{"inference_id":"3","metric":"score","value":0.1}""",
            """{"episode_id":"e","metric":"score","value":0.8}""",
        })
        {
            await client.PostJsonAsync("/v1/feedback", said);
        }

        await host.For("proj_b").PostJsonAsync("/v1/feedback", """{"inference_id":"4","metric":"score","value":1.0}""");
        Assert.Equal("praised mixed episode", await QuestionsAsync(client, """[{"step":"min_feedback","metric":"score","min":0.7}]"""));
        Assert.Equal("blamed", await QuestionsAsync(client, """[{"step":"min_feedback","metric":"score","max":0.5}]"""));
        Assert.Equal("praised episode", await QuestionsAsync(client, """[{"step":"min_feedback","metric":"score","min":0.71}]"""));
    }

    protected abstract ValueTask<TestStore> OpenAsync();

    /// <summary>What the calls asked that a curated version of all of them holds.</summary>
    private static async Task<string> QuestionsAsync(HttpClient client, string curation)
    {
        var dataset = await client.DatasetAsync();
        await client.PostJsonAsync($"{dataset}/versions", $$$"""{"source":{"type":"from_inferences"},"curation":{{{curation}}}}""");
        return string.Join(' ', (await client.ExportAsync(dataset, "latest", "format=items"))
            .Select(line => JsonElement.Parse(line).GetProperty("input").GetProperty("messages")[0].Text("content")));
    }

    private InferenceFrame Ask(string bodyId, string question, Func<InferenceRecord, InferenceRecord>? with = null) => _calls.Chat(
        bodyId,
        record => (with ?? (same => same))(record with { CreatedAtMicros = Calls.Start + (1_000_000 * int.Parse(bodyId, CultureInfo.InvariantCulture)) }),
        $$"""{"model":"fast","messages":[{"role":"user","content":"{{question}}"}]}""",
        $$"""{"id":"{{bodyId}}","choices":[{"index":0,"message":{"role":"assistant","content":"answer to {{question}}"},"finish_reason":"stop"}]}""");
}
