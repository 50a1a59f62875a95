using System.Net;
using System.Text.Json;
using LlmGateway.Datasets.Tests.Stores;
using Microsoft.Extensions.Time.Testing;

namespace LlmGateway.Datasets.Tests.Versions;

public sealed class EmbeddedVersionTests : VersionTests
{
    protected override ValueTask<TestStore> OpenAsync() => ValueTask.FromResult(TestStore.Embedded());
}

public sealed class PostgresVersionTests : VersionTests
{
    protected override async ValueTask<TestStore> OpenAsync() => await TestStore.PostgresAsync();
}

/// <summary>Versions made from files, in each store.</summary>
public abstract class VersionTests
{
    private const string Three = """
        {"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Where is my card?"},{"role":"assistant","content":"card_arrival"}]}
        {"input":"I want my money back","reference":"refund","metadata":{"n":1},"split":"test"}

        {"id":"own","input":{"messages":[{"role":"user","content":"hi"}]},"reference":{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}]}}
        """;

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddMicroseconds(Calls.Start));

    [Fact]
    public async Task A_files_lines_become_items_in_their_order_and_in_either_form()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var dataset = await client.DatasetAsync();
        var version = await client.VersionAsync(dataset, Three);

        Assert.StartsWith("dsv_", version.Text("id"), StringComparison.Ordinal);
        Assert.Equal(("dataset.version", "completed", 1, 3), (version.Text("object"), version.Text("status"), version.GetProperty("version").GetInt32(), version.GetProperty("item_count").GetInt32()));
        Assert.Equal("""{"test":1}""", version.GetProperty("splits").GetRawText());
        var items = (await client.GetJsonAsync($"{dataset}/versions/1/items")).GetProperty("data").EnumerateArray().ToArray();
        Assert.Equal([1, 2, 4], items.Select(item => item.GetProperty("line").GetInt32()));
        Assert.Equal("own", items[2].Text("id"));
        foreach (var name in new[] { "latest", "1", version.Text("id")! })
        {
            Assert.Equal(version.ToString(), (await client.GetJsonAsync($"{dataset}/versions/{name}")).ToString());
            Assert.Equal(
                [
                    $$"""{"id":"{{items[0].Text("id")}}","input":{"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Where is my card?"}]},"reference":"card_arrival","metadata":null,"split":null}""",
                    $$"""{"id":"{{items[1].Text("id")}}","input":"I want my money back","reference":"refund","metadata":{"n":1},"split":"test"}""",
                    """{"id":"own","input":{"messages":[{"role":"user","content":"hi"}]},"reference":{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}]},"metadata":null,"split":null}""",
                ],
                await client.ExportAsync(dataset, name, "format=items"));
        }

        Assert.Equal(
            [
                """{"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Where is my card?"},{"role":"assistant","content":"card_arrival"}]}""",
                """{"messages":[{"role":"user","content":"I want my money back"},{"role":"assistant","content":"refund"}]}""",
                """{"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}]}]}""",
            ],
            await client.ExportAsync(dataset, "latest", "format=openai"));
        Assert.Single(await client.ExportAsync(dataset, "latest", "format=items&split=test"));
    }

    [Fact]
    public async Task The_same_content_is_the_same_version_however_it_is_spelled()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var (dataset, other) = (await client.DatasetAsync(), await client.DatasetAsync("other"));
        var first = await client.VersionAsync(dataset, """{"input":{"a":1,"b":"é"},"reference":"x"}""");
        var again = await client.VersionAsync(dataset, """{"reference":"x",  "input":{ "b":"\u00e9", "a":1 }}""");
        _clock.Advance(TimeSpan.FromSeconds(1));
        var changed = await client.VersionAsync(dataset, """{"input":{"a":1,"b":"é"},"reference":"y"}""");
        var back = await client.VersionAsync(dataset, """{"input":{"a":1,"b":"é"},"reference":"x"}""");
        var elsewhere = await client.VersionAsync(other, """{"input":{"a":1,"b":"é"},"reference":"x"}""");

        Assert.Equal((first.Text("id"), first.Text("id")), (again.Text("id"), back.Text("id")));
        Assert.Equal((1, 2), (first.GetProperty("version").GetInt32(), changed.GetProperty("version").GetInt32()));
        Assert.NotEqual(first.Text("content_hash"), changed.Text("content_hash"));
        Assert.Equal(first.Text("content_hash"), elsewhere.Text("content_hash"));
        Assert.Equal([changed.Text("id")!, first.Text("id")!], (await client.GetJsonAsync($"{dataset}/versions")).Ids());
        Assert.Equal(2, (await client.GetJsonAsync(dataset)).GetProperty("latest_version").GetInt32());
        Assert.Equal((3, 3), await host.CountVersionsAsync());

        Assert.Equal(HttpStatusCode.OK, (await client.DeleteAsync($"{dataset}/versions/2", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(1, (await client.GetJsonAsync(dataset)).GetProperty("latest_version").GetInt32());
        Assert.Equal(HttpStatusCode.OK, (await client.DeleteAsync($"{dataset}/versions/1", TestContext.Current.CancellationToken)).StatusCode);
        Assert.All(
            [await client.GetJsonAsync(dataset), (await client.GetJsonAsync("/v1/datasets")).GetProperty("data").EnumerateArray().Single(one => dataset.EndsWith(one.Text("id")!, StringComparison.Ordinal))],
            one => Assert.Equal(JsonValueKind.Null, one.GetProperty("latest_version").ValueKind));
    }

    [Fact]
    public async Task Versions_made_at_a_time_get_numbers_of_their_own_and_equal_ones_are_one()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var dataset = await client.DatasetAsync();
        var versions = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => client.VersionAsync(dataset, $$"""{"input":"item {{number / 2}}"}""")));

        Assert.Equal(4, versions.Select(version => version.Text("id")).Distinct().Count());
        Assert.Equal([1, 2, 3, 4], versions.Select(version => version.GetProperty("version").GetInt32()).Distinct().Order());
        Assert.Equal((4, 4), await host.CountVersionsAsync());
    }

    [Fact]
    public async Task Duplicates_are_dropped_on_request_and_counted()
    {
        const string Lines = """
            {"input":"Where is my card?","reference":"a"}
            {"input":"where  is my\ncard?","reference":"b"}
            {"input":"Where is my card?","reference":"c"}
            {"input":"Where is your card?","reference":"d"}
            {"input":"\n Where is my card? ","reference":"e"}
            {"input":"Where is my\\ncard?","reference":"f"}
            """;
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var dataset = await client.DatasetAsync();
        var all = await client.VersionAsync(dataset, Lines);
        var distinct = await client.VersionAsync(dataset, Lines, ""","dedupe":"input" """);

        Assert.Equal((6, 3), (all.GetProperty("item_count").GetInt32(), distinct.GetProperty("item_count").GetInt32()));
        Assert.Equal(("{}", """{"duplicate_input":3}"""), (all.GetProperty("dropped").GetRawText(), distinct.GetProperty("dropped").GetRawText()));
        var ids = (await client.GetJsonAsync($"{dataset}/versions/1/items")).Ids();
        Assert.Equal(ids[0] + "_2", ids[2]);
        Assert.Equal([ids[0], ids[3], ids[5]], (await client.GetJsonAsync($"{dataset}/versions/2/items")).Ids());
    }

    [Fact]
    public async Task Two_versions_are_compared_item_by_item()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var dataset = await client.DatasetAsync();
        await client.VersionAsync(dataset, """
            {"id":"same","input":"1","reference":"a"}
            {"id":"fixed","input":"2","reference":"b"}
            {"id":"gone","input":"3"}
            """);
        await client.VersionAsync(dataset, """
            {"id":"new","input":"4"}
            {"id":"fixed","input":"2","reference":"c","split":"test"}
            {"id":"same","input":"1","reference":"a"}
            """);

        var diff = await client.GetJsonAsync($"{dataset}/diff?from=1&to=latest");
        Assert.Equal([1, 1, 1, 1], new[] { "added", "removed", "changed", "unchanged" }.Select(name => diff.GetProperty(name).GetInt32()));
        Assert.Equal(
            """[{"id":"new","change":"added","fields":[]},{"id":"gone","change":"removed","fields":[]},{"id":"fixed","change":"changed","fields":["reference","split"]}]""",
            diff.GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task Items_are_paged_in_either_order_and_by_split()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var dataset = await client.DatasetAsync();
        await client.VersionAsync(dataset, string.Join('\n', Enumerable.Range(0, 7).Select(number => $$"""{"id":"i{{number}}","input":"{{number}}","split":"{{(number % 2 == 0 ? "train" : "test")}}"}""")));
        var items = $"{dataset}/versions/latest/items";

        var page = await client.GetJsonAsync($"{items}?limit=3&split=train");
        Assert.Equal(("i0 i2 i4", true), (string.Join(' ', page.Ids()), page.GetProperty("has_more").GetBoolean()));
        Assert.Equal(["i6"], (await client.GetJsonAsync($"{items}?limit=3&split=train&after={page.Text("last_id")}")).Ids());
        Assert.Equal(["i3", "i2"], (await client.GetJsonAsync($"{items}?limit=2&order=desc&after=i4")).Ids());
    }

    protected abstract ValueTask<TestStore> OpenAsync();
}
