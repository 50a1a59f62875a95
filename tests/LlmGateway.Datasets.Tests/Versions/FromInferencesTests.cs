using System.Globalization;
using System.Text.Json;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Datasets.Tests.Stores;
using Microsoft.Extensions.Time.Testing;

namespace LlmGateway.Datasets.Tests.Versions;

public sealed class EmbeddedFromInferencesTests : FromInferencesTests
{
    protected override ValueTask<TestStore> OpenAsync() => ValueTask.FromResult(TestStore.Embedded());
}

public sealed class PostgresFromInferencesTests : FromInferencesTests
{
    protected override async ValueTask<TestStore> OpenAsync() => await TestStore.PostgresAsync();
}

/// <summary>Logged calls become versions, in each store.</summary>
public abstract class FromInferencesTests
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddMicroseconds(Calls.Start));
    private readonly Calls _calls = new("proj_a");

    [Fact]
    public async Task A_call_becomes_an_item_with_its_question_its_answer_and_where_it_came_from()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var call = _calls.Chat(
            "chatcmpl-1",
            record => record with { Metadata = new Dictionary<string, string> { ["team"] = "red" } },
            """{"model":"fast","temperature":0,"messages":[{"role":"user","content":"hello"}],"tools":[{"type":"function","function":{"name":"f"}}]}""");
        await host.StoreAsync(call);
        var dataset = await client.DatasetAsync();
        await client.PostJsonAsync($"{dataset}/versions", """{"source":{"type":"from_inferences"}}""");

        var item = (await client.GetJsonAsync($"{dataset}/versions/latest/items")).GetProperty("data")[0];
        Assert.Equal("""{"messages":[{"role":"user","content":"hello"}],"tools":[{"type":"function","function":{"name":"f"}}]}""", item.GetProperty("input").GetRawText());
        Assert.Equal(("grüß dich", "red", call.Record.Id.ToString()), (item.Text("reference"), item.GetProperty("metadata").Text("team"), item.Text("inference_id")));
        Assert.Equal(
            ["""{"messages":[{"role":"user","content":"hello"},{"role":"assistant","content":"grüß dich"}],"tools":[{"type":"function","function":{"name":"f"}}]}"""],
            await client.ExportAsync(dataset, "latest", "format=openai"));
    }

    [Fact]
    public async Task A_demonstration_takes_the_place_of_the_answer_the_newest_first()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var call = Ask("a", "first");
        await host.StoreAsync(call, Ask("b", "second"));
        await client.PostJsonAsync("/v1/feedback", $$"""{"inference_id":"{{call.Record.Id}}","metric":"demonstration","value":"older"}""");
        _clock.Advance(TimeSpan.FromSeconds(1));
        var newer = await client.PostJsonAsync("/v1/feedback", """{"inference_id":"a","metric":"demonstration","value":"newer"}""");
        var dataset = await client.DatasetAsync();
        await client.PostJsonAsync($"{dataset}/versions", """{"source":{"type":"from_inferences"}}""");

        var items = (await client.GetJsonAsync($"{dataset}/versions/latest/items")).GetProperty("data");
        Assert.Equal(("newer", newer.Text("id")), (items[0].Text("reference"), items[0].Text("feedback_id")));
        Assert.Equal(("answer to second", JsonValueKind.Null), (items[1].Text("reference"), items[1].GetProperty("feedback_id").ValueKind));
    }

    [Fact]
    public async Task Calls_are_chosen_by_a_filter()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        await host.StoreAsync(Sample());
        await host.StoreAsync(new Calls("proj_b").Chat("1", record => record with { EpisodeId = "e" }));
        foreach (var said in new[]
        {
            """{"inference_id":"1","metric":"good","value":true}""",
            """{"inference_id":"2","metric":"good","value":false}""",
            """{"inference_id":"3","metric":"score","value":0.5}""",
            """{"episode_id":"e","metric":"score","value":0.9}""",
        })
        {
            await client.PostJsonAsync("/v1/feedback", said);
        }

        foreach (var (filter, expected) in new[]
        {
            ("""{"model":"small"}""", "2"),
            ("""{"model":"test/large"}""", "1"),
            ("""{"metadata":{"team":"red"}}""", "1 4"),
            ("""{"metadata":{"team":"red","tier":"gold"}}""", "4"),
            ("""{"created_after":1767323047}""", "4 5"),
            ("""{"created_before":"2026-01-02T03:04:07Z"}""", "1 2"),
            ("""{"purpose":"evaluation"}""", "6"),
            ("""{"feedback":{"metric":"good"}}""", "1 2"),
            ("""{"feedback":{"metric":"good","equals":true}}""", "1"),
            ("""{"feedback":{"metric":"score","min":0.5}}""", "3 4 5"),
            ("""{"feedback":{"metric":"score","min":0.5,"max":0.5}}""", "3"),
            ("""{"feedback":{"metric":"score","equals":0.9}}""", "4 5"),
            ("""{"metadata":{"team":"red"},"feedback":{"metric":"score","min":0.5}}""", "4"),
        })
        {
            var dataset = await client.DatasetAsync();
            await client.PostJsonAsync($"{dataset}/versions", $$$"""{"source":{"type":"from_inferences","filter":{{{filter}}}}}""");
            var chosen = (await client.ExportAsync(dataset, "latest", "format=items"))
                .Select(line => JsonElement.Parse(line).GetProperty("input").GetProperty("messages")[0].Text("content"));
            Assert.Equal((filter, expected), (filter, string.Join(' ', chosen)));
        }
    }

    [Fact]
    public async Task What_cannot_be_an_item_is_left_out_and_counted_by_its_reason()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        await host.StoreAsync(
            Ask("a", "Where is my card?"),
            Ask("b", "where is my  card?"),
            _calls.Chat("c", request: """{"messages":[{"role":"us"""),
            _calls.Chat("d", request: """{"messages":[{"role":"user","content":"\ud800"}]}"""),
            _calls.Chat("e", response: """{"id":"e","choices":[]}"""),
            _calls.Chat("f", record => record with { Outcome = InferenceOutcome.Failed }),
            _calls.Chat("g", record => record with { BodiesKept = false }));
        var dataset = await client.DatasetAsync();
        var version = await client.PostJsonAsync($"{dataset}/versions", """{"source":{"type":"from_inferences"},"dedupe":"input"}""");

        Assert.Equal(1, version.GetProperty("item_count").GetInt32());
        Assert.Equal("""{"duplicate_input":1,"no_output":1,"unreadable_body":2}""", version.GetProperty("dropped").GetRawText());
    }

    [Fact]
    public async Task Calls_of_one_episode_fall_into_one_split_and_a_limit_takes_the_oldest()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        await host.StoreAsync([.. Enumerable.Range(0, 240).Select(number => Ask($"c{number}", $"question {number}", record => record with { EpisodeId = $"e{number % 30}" }))]);
        var dataset = await client.DatasetAsync();
        await client.PostJsonAsync($"{dataset}/versions", """{"source":{"type":"from_inferences","limit":210},"split":{"train":0.5,"validation":0,"test":0.5,"by":"episode"}}""");

        var items = (await client.ExportAsync(dataset, "latest", "format=items")).Select(line => JsonElement.Parse(line)).ToArray();
        Assert.Equal(Enumerable.Range(0, 210).Select(number => $"question {number}"), items.Select(item => item.GetProperty("input").GetProperty("messages")[0].Text("content")));
        Assert.All(items.Index().GroupBy(item => item.Index % 30), group => Assert.Single(group.Select(item => item.Item.Text("split")).Distinct()));
        Assert.Equal(2, items.Select(item => item.Text("split")).Distinct().Count());
    }

    [Fact]
    public async Task A_streamed_answer_is_assembled()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        const string Sse = """
            data: {"id":"s","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"Hel"},"finish_reason":null}]}

            data: {"id":"s","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"lo"},"finish_reason":"stop"}]}

            data: [DONE]


            """;
        await host.StoreAsync(_calls.Chat("s", record => record with { Streamed = true }, response: Sse));
        var dataset = await client.DatasetAsync();
        await client.PostJsonAsync($"{dataset}/versions", """{"source":{"type":"from_inferences"}}""");
        Assert.Equal("Hello", JsonElement.Parse((await client.ExportAsync(dataset, "1", "format=items"))[0]).Text("reference"));
    }

    [Fact]
    public async Task A_filter_that_nothing_passes_makes_no_version()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        await host.StoreAsync(_calls.Chat("a"));
        var client = host.For("proj_b");
        var error = await client.RefusedAsync($"{await client.DatasetAsync()}/versions", """{"source":{"type":"from_inferences"}}""");
        Assert.Equal(("source", "no_items"), (error.Text("param"), error.Text("code")));
    }

    protected abstract ValueTask<TestStore> OpenAsync();

    private InferenceFrame[] Sample() =>
    [
        Ask("1", "1", record => record with { Model = "test/large", Metadata = new Dictionary<string, string> { ["team"] = "red" } }),
        Ask("2", "2", record => record with { RequestedModel = "small" }),
        Ask("3", "3"),
        Ask("4", "4", record => record with { EpisodeId = "e", Metadata = new Dictionary<string, string> { ["team"] = "red", ["tier"] = "gold" } }),
        Ask("5", "5", record => record with { EpisodeId = "e" }),
        Ask("6", "6", record => record with { Purpose = "evaluation" }),
    ];

    /// <summary>A call that asks for one thing; those whose ids are numbers were made so many seconds after each other.</summary>
    private InferenceFrame Ask(string bodyId, string question, Func<InferenceRecord, InferenceRecord>? with = null) => _calls.Chat(
        bodyId,
        record => (with ?? (same => same))(record with { CreatedAtMicros = Calls.Start + (SecondsOf(bodyId) * 1_000_000) }),
        $$"""{"model":"fast","messages":[{"role":"user","content":"{{question}}"}]}""",
        $$"""{"id":"{{bodyId}}","choices":[{"index":0,"message":{"role":"assistant","content":"answer to {{question}}"},"finish_reason":"stop"}]}""");

    private static long SecondsOf(string bodyId) => int.TryParse(bodyId, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number - 1 : 0;
}
