using System.Text.Json;
using LlmGateway.Datasets.Tests.Stores;
using LlmGateway.Datasets.Tests.Versions;
using Microsoft.Extensions.Time.Testing;

namespace LlmGateway.Datasets.Tests.Curation;

/// <summary>Splits for which all items are seen first.</summary>
public sealed class SplitPlanTests(SharedHost host) : IClassFixture<SharedHost>
{
    [Fact]
    public async Task Near_duplicates_fall_together_and_stay_when_the_order_changes()
    {
        const string Split = """{"train":0.5,"validation":0,"test":0.5,"by":"near_duplicates"}""";
        var lines = Enumerable.Range(0, 300).Select(number => $$"""{"id":"{{number}}","input":"{{Question(number / 3)}}{{new string('!', number % 3)}}"}""").ToArray();
        var (version, splits) = await SplitAsync(lines, Split);

        Assert.Equal(100, version.GetProperty("report").GetProperty("clusters").GetInt32());
        Assert.All(splits.GroupBy(item => int.Parse(item.Key, null) / 3), group => Assert.Single(group.Select(item => item.Value).Distinct()));
        Assert.InRange(splits.Values.Count(split => split == "train"), 105, 195);
        Assert.Equal(splits.OrderBy(item => item.Key), (await SplitAsync(lines.Reverse(), Split)).Splits.OrderBy(item => item.Key));
    }

    [Fact]
    public async Task A_split_of_the_source_takes_its_group_with_it()
    {
        var lines = Enumerable.Range(0, 60).Select(number =>
            $$"""{"id":"{{number}}","input":"{{Question(number / 2)}}{{new string('!', number % 2)}}"{{(number % 2 == 1 ? ""","split":"test" """ : "")}}}""");
        var (version, splits) = await SplitAsync(lines, """{"train":1,"validation":0,"test":0,"by":"near_duplicates"}""");
        Assert.All(splits.Values, split => Assert.Equal("test", split));
        Assert.Equal("""{"test":60}""", version.GetProperty("splits").GetRawText());
    }

    [Fact]
    public async Task Each_stratum_is_divided_in_the_shares()
    {
        var lines = Enumerable.Range(0, 500).Select(number => $$"""{"id":"{{number}}","input":"question {{number}}","reference":"label {{number % 5}}"}""").ToArray();
        var (_, splits) = await SplitAsync(lines, """{"train":0.8,"validation":0.1,"test":0.1,"stratify":"reference"}""");
        foreach (var stratum in splits.GroupBy(item => int.Parse(item.Key, null) % 5))
        {
            Assert.Equal((80, 10, 10), (stratum.Count(item => item.Value == "train"), stratum.Count(item => item.Value == "validation"), stratum.Count(item => item.Value == "test")));
        }

        Assert.Equal(splits, (await SplitAsync(lines, """{"train":0.8,"validation":0.1,"test":0.1,"stratify":"reference"}""")).Splits);
        Assert.NotEqual(splits, (await SplitAsync(lines, """{"train":0.8,"validation":0.1,"test":0.1,"stratify":"reference","seed":2}""")).Splits);
    }

    [Fact]
    public async Task Strata_of_few_items_still_give_the_shares_together()
    {
        var lines = Enumerable.Range(0, 300).Select(number => $$$"""{"id":"{{{number}}}","input":"question {{{number}}}","metadata":{"topic":{{{number / 3}}}}}""");
        var (version, _) = await SplitAsync(lines, """{"train":0.8,"validation":0.1,"test":0.1,"stratify":"metadata.topic"}""");
        Assert.Equal("""{"test":30,"train":240,"validation":30}""", version.GetProperty("splits").GetRawText());
    }

    [Fact]
    public async Task Without_times_the_order_of_the_source_is_that_of_time_and_groups_stay_whole()
    {
        var lines = Enumerable.Range(0, 100).Select(number => $$$"""{"id":"{{{number}}}","input":"question {{{number}}}","metadata":{"user":"u{{{number / 4}}}"}}""");
        var (_, splits) = await SplitAsync(lines, """{"train":0.8,"validation":0.1,"test":0.1,"by":"user","order":"time"}""");
        Assert.All(splits, item => Assert.Equal(int.Parse(item.Key, null) switch { < 80 => "train", < 88 => "validation", < 92 => item.Value, _ => "test" }, item.Value));
        Assert.All(splits.GroupBy(item => int.Parse(item.Key, null) / 4), group => Assert.Single(group.Select(item => item.Value).Distinct()));
    }

    [Fact]
    public async Task Logged_calls_are_divided_by_their_time_and_by_their_user()
    {
        using var store = TestStore.Embedded();
        await using var own = await store.StartAsync(new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddMicroseconds(Calls.Start)));
        var calls = new Calls("proj_a");
        // The newest came to the store first.
        await own.StoreAsync([.. Enumerable.Range(0, 40).Select(number => calls.Chat(
            $"c{number}", record => record with { CreatedAtMicros = Calls.Start - (1_000_000L * number), EndUser = $"u{number % 8}" }, $$"""{"messages":[{"role":"user","content":"{{number}}"}]}"""))]);
        var client = own.For("proj_a");
        var byTime = await SplitsAsync(client, """{"train":0.5,"validation":0,"test":0.5,"order":"time"}""");
        Assert.All(byTime, item => Assert.Equal(item.Key < 20 ? "test" : "train", item.Value));
        var byUser = await SplitsAsync(client, """{"train":0.5,"validation":0,"test":0.5,"by":"user"}""");
        Assert.All(byUser.GroupBy(item => item.Key % 8), group => Assert.Single(group.Select(item => item.Value).Distinct()));
        Assert.Equal(["test", "train"], byUser.Values.Distinct().Order());
    }

    private static async Task<Dictionary<int, string>> SplitsAsync(HttpClient client, string split)
    {
        var dataset = await client.DatasetAsync();
        await client.PostJsonAsync($"{dataset}/versions", $$$"""{"source":{"type":"from_inferences"},"split":{{{split}}}}""");
        return (await client.ExportAsync(dataset, "latest", "format=items")).Select(line => JsonElement.Parse(line))
            .ToDictionary(item => int.Parse(item.GetProperty("input").GetProperty("messages")[0].Text("content")!, null), item => item.Text("split")!);
    }

    /// <summary>Unlike any other's.</summary>
    private static string Question(int number) => $"{Convert.ToHexString(System.Security.Cryptography.SHA256.HashData([(byte)number]))} is asked?";

    private async Task<(JsonElement Version, Dictionary<string, string> Splits)> SplitAsync(IEnumerable<string> lines, string split)
    {
        var client = host.NewProject();
        var dataset = await client.DatasetAsync();
        var version = await client.VersionAsync(dataset, string.Join('\n', lines), $""","split":{split}""");
        return (version, (await client.ExportAsync(dataset, "latest", "format=items")).Select(line => JsonElement.Parse(line))
            .ToDictionary(item => item.Text("id")!, item => item.Text("split")!));
    }
}
