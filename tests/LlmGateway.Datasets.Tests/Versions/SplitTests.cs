using System.Globalization;
using System.Text.Json;
using LlmGateway.Datasets.Tests.Stores;

namespace LlmGateway.Datasets.Tests.Versions;

/// <summary>How a version's items are divided.</summary>
public sealed class SplitTests(SharedHost host) : IClassFixture<SharedHost>
{
    [Fact]
    public async Task An_item_keeps_its_split_when_others_come_and_its_sources_split_wins()
    {
        const string Split = ""","split":{"train":0.8,"validation":0.1,"test":0.1,"seed":7}""";
        var client = host.NewProject();
        var dataset = await client.DatasetAsync();
        var lines = Enumerable.Range(0, 1200).Select(number => $$"""{"id":"{{number}}","input":"question {{number}}"}""").ToArray();
        lines[3] = """{"id":"3","input":"question 3","split":"test"}""";
        await client.VersionAsync(dataset, string.Join('\n', lines[..600]), Split);
        var version = await client.VersionAsync(dataset, string.Join('\n', lines.Reverse()), Split);

        var (before, after) = (await SplitsAsync(client, dataset, "1"), await SplitsAsync(client, dataset, "2"));
        Assert.All(before, item => Assert.Equal((item.Key, item.Value), (item.Key, after[item.Key])));
        Assert.Equal("test", after["3"]);
        Assert.InRange(version.GetProperty("splits").GetProperty("train").GetInt32(), 910, 1010);
        Assert.Equal(1200, version.GetProperty("splits").EnumerateObject().Sum(split => split.Value.GetInt32()));
        await client.VersionAsync(dataset, string.Join('\n', lines), Split.Replace('7', '8'));
        Assert.NotEqual(after.OrderBy(item => item.Key), (await SplitsAsync(client, dataset, "3")).OrderBy(item => item.Key));
    }

    [Fact]
    public async Task A_group_falls_into_one_split()
    {
        var client = host.NewProject();
        var dataset = await client.DatasetAsync();
        var lines = Enumerable.Range(0, 400).Select(number => $$$"""{"id":"{{{number}}}","input":"question {{{number}}}","metadata":{"user":"u{{{number % 40}}}"}}""");
        await client.VersionAsync(dataset, string.Join('\n', lines), ""","split":{"train":0.5,"validation":0,"test":0.5,"by":"metadata.user"}""");

        var splits = await SplitsAsync(client, dataset, "latest");
        Assert.All(splits.GroupBy(item => int.Parse(item.Key, CultureInfo.InvariantCulture) % 40), group => Assert.Single(group.Select(item => item.Value).Distinct()));
        Assert.Equal(["test", "train"], splits.Values.Distinct().Order());
    }

    private static async Task<Dictionary<string, string>> SplitsAsync(HttpClient client, string dataset, string version) =>
        (await client.ExportAsync(dataset, version, "format=items")).Select(line => JsonElement.Parse(line)).ToDictionary(item => item.Text("id")!, item => item.Text("split")!);
}
