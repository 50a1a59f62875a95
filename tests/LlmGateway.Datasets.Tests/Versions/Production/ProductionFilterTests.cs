using System.Globalization;
using System.Text.Json;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Datasets.Tests.Stores;

namespace LlmGateway.Datasets.Tests.Versions.Production;

public sealed class EmbeddedProductionFilterTests : ProductionFilterTests
{
    protected override ValueTask<TestStore> OpenAsync() => ValueTask.FromResult(TestStore.Embedded());
}

public sealed class PostgresProductionFilterTests : ProductionFilterTests
{
    protected override async ValueTask<TestStore> OpenAsync() => await TestStore.PostgresAsync();
}

/// <summary>Which logged calls a filter lets pass, in each store.</summary>
public abstract class ProductionFilterTests
{
    private readonly Calls _calls = new("proj_a");

    [Fact]
    public async Task A_filter_asks_for_what_a_call_was_took_and_said()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync();
        var client = host.For("proj_a");
        await host.StoreAsync(
            _calls.Ask("1", "Where is my card?", "On its way.", call => call with { FinishReason = "length", DurationMicros = 200_000, CostNanoUsd = 1_000_000 }),
            _calls.Ask("2", "Where is my refund?", "Paid.", call => call with { EndUser = "ada", DurationMicros = 900_000, CostNanoUsd = null }),
            _calls.Ask("3", "card stolen", "Blocked; the CARD is safe.", call => call with { EpisodeId = "e-1", Prompt = new InferencePrompt("support", 2, "canary", null) }),
            _calls.Ask("4", "discard it", "Done.", call => call with { Metadata = new Dictionary<string, string> { ["variant"] = "b", ["team"] = "red" } }));
        foreach (var (filter, expected) in new[]
        {
            ("""{"finish_reason":"length"}""", "1"),
            ("""{"end_user":"ada"}""", "2"),
            ("""{"episode_id":"e-1"}""", "3"),
            ("""{"prompt_id":"support","prompt_version":2,"prompt_label":"canary"}""", "3"),
            ("""{"variant":"b"}""", "4"),
            ("""{"variant":"b","metadata":{"team":"red"}}""", "4"),
            ("""{"latency_ms":{"min":200}}""", "1 2"),
            ("""{"latency_ms":{"min":200,"max":899.9}}""", "1"),
            ("""{"cost":{"max":0.001}}""", "1 3 4"),
            ("""{"cost":{"min":0.0005}}""", "1"),
            ("""{"text":"card"}""", "1 3"),
            ("""{"text":"Card is"}""", "1 3"),
            ("""{"text":"paid"}""", "2"),
            ("""{"text":"where, is","latency_ms":{"min":500}}""", "2"),
        })
        {
            Assert.Equal((filter, expected), (filter, await ChosenAsync(client, filter)));
        }
    }

    [Fact]
    public async Task Feedback_is_asked_for_at_its_level_by_its_options_and_more_than_once()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync();
        var client = host.For("proj_a");
        await host.StoreAsync([.. Enumerable.Range(1, 5).Select(number => _calls.Ask(
            Text(number), Text(number), with: call => call with { EpisodeId = number >= 4 ? "e" : null }))]);
        await client.PostJsonAsync("/v1/feedback/metrics", """{"name":"tone","type":"categorical","options":["warm","cold","odd"]}""");
        foreach (var said in new[]
        {
            """{"inference_id":"1","metric":"tone","value":"warm"}""",
            """{"inference_id":"2","metric":"tone","value":"cold"}""",
            """{"inference_id":"3","metric":"tone","value":"odd"}""",
            """{"inference_id":"1","metric":"score","value":0.9}""",
            """{"inference_id":"2","metric":"score","value":0.9}""",
            """{"episode_id":"e","metric":"score","value":0.9}""",
        })
        {
            await client.PostJsonAsync("/v1/feedback", said);
        }

        foreach (var (feedback, expected) in new[]
        {
            ("""{"metric":"tone","equals":"warm"}""", "1"),
            ("""{"metric":"tone","equals":["warm","odd"]}""", "1 3"),
            ("""{"metric":"score","min":0.5}""", "1 2 4 5"),
            ("""{"metric":"score","min":0.5,"level":"any"}""", "1 2 4 5"),
            ("""{"metric":"score","min":0.5,"level":"inference"}""", "1 2"),
            ("""{"metric":"score","min":0.5,"level":"episode"}""", "4 5"),
            ("""[{"metric":"score","min":0.5},{"metric":"tone","equals":"cold"}]""", "2"),
        })
        {
            Assert.Equal((feedback, expected), (feedback, await ChosenAsync(client, $$"""{"feedback":{{feedback}}}""")));
        }
    }

    [Fact]
    public async Task A_sample_is_the_same_for_its_seed_and_as_large_as_was_asked()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync();
        var client = host.For("proj_a");
        await host.StoreAsync([.. Enumerable.Range(0, 400).Select(number => _calls.Ask(Text(number), Text(number)))]);

        var twenty = await SampleAsync(client, """{"size":20,"seed":7}""");
        Assert.Equal(20, twenty.Length);
        Assert.Equal(twenty, await SampleAsync(client, """{"size":20,"seed":7}"""));
        Assert.NotEqual(twenty, await SampleAsync(client, """{"size":20,"seed":8}"""));
        Assert.Subset(new HashSet<string>(await SampleAsync(client, """{"size":40,"seed":7}""")), new HashSet<string>(twenty));
        var quarter = await SampleAsync(client, """{"share":0.25}""");
        // Four standard deviations of a binomial.
        Assert.InRange(quarter.Length, 65, 135);
        await host.StoreAsync(_calls.Ask("later", "later"));
        Assert.Subset(new HashSet<string>(await SampleAsync(client, """{"share":0.25}""")), new HashSet<string>(quarter));
        Assert.Equal(400, (await SampleAsync(client, """{"size":1000}""")).Count(name => name != "later"));
    }

    protected abstract ValueTask<TestStore> OpenAsync();

    private static async Task<string[]> SampleAsync(HttpClient client, string sample) => await QuestionsAsync(client, $$"""{"sample":{{sample}}}""");

    private static async Task<string> ChosenAsync(HttpClient client, string filter)
    {
        var dataset = await client.DatasetAsync();
        await client.PostJsonAsync($"{dataset}/from_inferences", $$"""{"filter":{{filter}}}""");
        var items = (await client.GetJsonAsync($"{dataset}/versions/1/items")).GetProperty("data").EnumerateArray();
        var calls = await Task.WhenAll(items.Select(item => client.GetJsonAsync($"/v1/inferences/{item.Text("inference_id")}")));
        return string.Join(' ', calls.Select(call => call.Text("body_id")));
    }

    private static async Task<string[]> QuestionsAsync(HttpClient client, string request)
    {
        var dataset = await client.DatasetAsync();
        await client.PostJsonAsync($"{dataset}/from_inferences", request);
        return [.. (await client.ExportAsync(dataset, "1", "format=items")).Select(line => JsonElement.Parse(line).GetProperty("input").GetProperty("messages")[0].Text("content")!)];
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
