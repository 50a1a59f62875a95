using System.Text.Json;
using LlmGateway.Datasets.Tests.Stores;
using LlmGateway.Datasets.Tests.Versions;
using LlmGateway.TestKit;

namespace LlmGateway.Datasets.Tests.Curation;

/// <summary>Real questions, from the file to lines to train on.</summary>
public sealed class BankingTests(SharedHost host) : IClassFixture<SharedHost>
{
    [Fact]
    public async Task Banking77_is_deduplicated_divided_without_leakage_and_exported()
    {
        var data = SharedData.Find(out var reason);
        Assert.SkipWhen(data is null, reason ?? "");
        var client = host.NewProject();
        var dataset = await client.DatasetAsync();
        var lines = string.Join('\n', File.ReadLines(Path.Combine(data!, "banking77", "train.csv")).Skip(1).Where(line => line.Contains(',', StringComparison.Ordinal))
            .Select(line => $$"""{"input":{{JsonSerializer.Serialize(line[..line.LastIndexOf(',')].Trim('"'))}},"reference":{{JsonSerializer.Serialize(line[(line.LastIndexOf(',') + 1)..])}}}"""));
        var version = await client.VersionAsync(dataset, lines, """
            ,"curation":[{"step":"conflicting_labels"},{"step":"exact_duplicates"},{"step":"near_duplicates","threshold":0.9}],
            "split":{"train":0.8,"validation":0.1,"test":0.1,"seed":1,"by":"near_duplicates","stratify":"reference"}
            """);

        var dropped = version.GetProperty("dropped");
        Assert.True(dropped.GetProperty("near_duplicate").GetInt32() > 10, dropped.ToString());
        var items = version.GetProperty("item_count").GetInt32();
        Assert.InRange(version.GetProperty("splits").GetProperty("train").GetInt32() / (double)items, .79, .81);
        var leakage = await client.GetJsonAsync($"{dataset}/versions/1/leakage?split=train");
        Assert.Equal((0, 2), (leakage.GetProperty("count").GetInt32(), leakage.GetProperty("compared_with").GetArrayLength()));
        var train = await client.ExportAsync(dataset, "1", "format=openai&split=train");
        Assert.Equal(leakage.GetProperty("item_count").GetInt32(), train.Length);

        await client.VersionAsync(dataset, lines, ""","split":{"train":0.8,"validation":0.1,"test":0.1,"seed":1}""");
        var random = await client.GetJsonAsync($"{dataset}/versions/2/leakage?split=train");
        Assert.True(random.GetProperty("count").GetInt32() > 10, random.ToString());
        TestContext.Current.TestOutputHelper?.WriteLine($"{version.GetProperty("report").GetProperty("steps")} {version.GetProperty("splits")} by chance {random.GetProperty("count")} leak");
    }
}
