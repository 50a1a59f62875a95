using System.Net;
using System.Text.Json;
using LlmGateway.Datasets.Storage;
using LlmGateway.Datasets.Tests.Stores;
using LlmGateway.Datasets.Tests.Versions;
using LlmGateway.Datasets.Versions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace LlmGateway.Datasets.Tests.Curation;

public sealed class EmbeddedLeakageTests : LeakageTests
{
    protected override ValueTask<TestStore> OpenAsync() => ValueTask.FromResult(TestStore.Embedded());
}

public sealed class PostgresLeakageTests : LeakageTests
{
    protected override async ValueTask<TestStore> OpenAsync() => await TestStore.PostgresAsync();
}

/// <summary>Nobody trains on what models are tested by without having been told, in each store.</summary>
public abstract class LeakageTests
{
    private const string Divided = """
        {"id":"a","input":"How do I activate my new card for online payments?","reference":"activate","split":"train"}
        {"id":"b","input":"Why was my transfer declined twice today?","reference":"declined","split":"train"}
        {"id":"c","input":"Where can I see my exchange rate?","reference":"rate","split":"train"}
        {"id":"d","input":"how do I activate my new card for online payment?","reference":"activate","split":"test"}
        {"id":"e","input":[{"role":"system","content":"Be brief."},{"role":"user","content":"why was my transfer declined twice  today?"}],"reference":"declined","split":"validation"}
        {"id":"f","input":"Something else entirely","reference":"other","split":"test"}
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddMicroseconds(Calls.Start));

    [Fact]
    public async Task Items_that_stand_in_another_split_too_are_found_and_block_training()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var dataset = await client.DatasetAsync();
        await client.VersionAsync(dataset, Divided);

        var report = await client.GetJsonAsync($"{dataset}/versions/1/leakage?split=train");
        Assert.Equal([3, 2, 1, 1], new[] { "item_count", "count", "exact_pairs", "near_pairs" }.Select(name => report.GetProperty(name).GetInt32()));
        Assert.Equal([("b", "e", "validation"), ("a", "d", "test")], report.GetProperty("data").EnumerateArray().Select(pair => (pair.Text("item_id"), pair.Text("other_id"), pair.Text("other_split"))));
        Assert.Equal(1, (await client.GetJsonAsync($"{dataset}/versions/1/leakage?split=train&threshold=1")).GetProperty("count").GetInt32());

        var error = await RefusedExportAsync(client, $"{dataset}/versions/1/export?format=openai&split=train");
        Assert.Equal(("split", "leakage"), (error.Text("param"), error.Text("code")));
        foreach (var part in new[] { "2 of 3 items", "'a' and 'd'", "'b' and 'e'", "near_duplicates", "allow_leakage" })
        {
            Assert.Contains(part, error.Text("message"), StringComparison.Ordinal);
        }

        Assert.Equal(3, (await client.ExportAsync(dataset, "1", "format=openai&split=train&allow_leakage=true")).Length);
        Assert.Equal(3, (await client.ExportAsync(dataset, "1", "format=items&split=train")).Length);
        Assert.Equal(2, (await client.ExportAsync(dataset, "1", "format=openai&split=test")).Length);
        Assert.Equal(6, (await client.ExportAsync(dataset, "1", "format=openai")).Length);
        Assert.Equal("allow_leakage", (await RefusedExportAsync(client, $"{dataset}/versions/1/export?format=openai&split=train&allow_leakage=1")).Text("param"));
        Assert.Equal("threshold", (await RefusedExportAsync(client, $"{dataset}/versions/1/leakage?threshold=0.1")).Text("param"));
    }

    [Fact]
    public async Task A_split_by_near_duplicates_leaks_nothing()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var dataset = await client.DatasetAsync();
        var lines = string.Join('\n', Enumerable.Range(0, 40).Select(number => $$"""{"input":"How do I activate my new card number {{number / 4}}{{number / 4}}{{number / 4}} for {{number / 4}} payments{{new string('?', number % 4)}}","reference":"activate"}"""));
        await client.VersionAsync(dataset, lines, ""","split":{"train":0.5,"validation":0,"test":0.5}""");
        await client.VersionAsync(dataset, lines, ""","split":{"train":0.5,"validation":0,"test":0.5,"by":"near_duplicates"}""");

        Assert.True((await client.GetJsonAsync($"{dataset}/versions/1/leakage?split=train")).GetProperty("count").GetInt32() > 0);
        Assert.Equal(0, (await client.GetJsonAsync($"{dataset}/versions/2/leakage?split=train")).GetProperty("count").GetInt32());
        await client.ExportAsync(dataset, "2", "format=openai&split=train");
    }

    [Theory]
    // What of the other version is read, and what then leaks from a version without splits.
    [InlineData("evalrun_1", "tested", "", "d e")]
    [InlineData("evalrun_1", "tested", "test", "d")]
    [InlineData("evalrun_1", "tested", "train", "")]
    [InlineData("evalrun_1", "shown", "", "")]
    [InlineData("ftjob-1", "trained", "", "")]
    public async Task What_models_are_tested_by_is_not_to_be_trained_on(string usedBy, string role, string split, string leaking)
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var evaluated = await client.VersionAsync(await client.DatasetAsync("evaluated"), Divided);
        await UseAsync(host, "proj_a", evaluated.Text("id")!, usedBy, split, role);
        var dataset = await client.DatasetAsync();
        await client.VersionAsync(dataset, string.Join('\n', Divided.Split('\n').Select(line => line[..line.LastIndexOf(",\"split\"", StringComparison.Ordinal)] + "}").Where((_, index) => index != 5)));

        var report = await client.GetJsonAsync($"{dataset}/versions/1/leakage");
        var exact = report.GetProperty("data").EnumerateArray().Where(pair => pair.GetProperty("jaccard").GetDouble() == 1 && pair.Text("item_id") == pair.Text("other_id")).Select(pair => pair.Text("item_id"));
        Assert.Equal(leaking, string.Join(' ', exact.Order()));
        if (leaking.Length > 0)
        {
            Assert.Equal("leakage", (await RefusedExportAsync(client, $"{dataset}/versions/1/export?format=openai")).Text("code"));
            Assert.All(report.GetProperty("compared_with").EnumerateArray(), part => Assert.Equal((usedBy, evaluated.Text("id")), (part.Text("used_by"), part.Text("version"))));
        }
        else
        {
            Assert.Equal(5, (await client.ExportAsync(dataset, "1", "format=openai")).Length);
        }
    }

    [Fact]
    public async Task A_version_without_splits_that_is_read_whole_counts_whole_and_only_in_its_project()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var evaluated = (await client.VersionAsync(await client.DatasetAsync("evaluated"), """{"id":"t","input":"Where is my card?","reference":"x"}""")).Text("id")!;
        await UseAsync(host, "proj_b", evaluated, "evalrun_2", "");
        var dataset = await client.DatasetAsync();
        await client.VersionAsync(dataset, """{"id":"u","input":"where is my card?","reference":"y"}""");
        Assert.Single(await client.ExportAsync(dataset, "1", "format=openai"));

        await UseAsync(host, "proj_a", evaluated, "evalrun_1", "");
        var error = await RefusedExportAsync(client, $"{dataset}/versions/1/export?format=openai");
        Assert.Contains($"'u' and 't' of {evaluated} (the same)", error.Text("message"), StringComparison.Ordinal);
    }

    protected abstract ValueTask<TestStore> OpenAsync();

    private static async Task<JsonElement> RefusedExportAsync(HttpClient client, string path)
    {
        var response = await client.GetAsync(path, Cancel);
        Assert.Equal((path, HttpStatusCode.BadRequest), (path, response.StatusCode));
        return (await response.JsonAsync()).GetProperty("error");
    }

    private static async Task UseAsync(DatasetsHost host, string project, string version, string usedBy, string split, string role = "tested")
    {
        await using var scope = host.Service<IServiceScopeFactory>().CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<DatasetsDbContext>();
        context.DatasetUses.Add(new DatasetUse { VersionId = version, UsedBy = usedBy, Split = split, Role = role, ProjectId = project, CreatedAtMicros = Calls.Start });
        await context.SaveChangesAsync(Cancel);
    }
}
