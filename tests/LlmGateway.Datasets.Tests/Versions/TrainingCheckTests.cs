using System.Net;
using System.Text;
using System.Text.Json;
using LlmGateway.Datasets.Tests.Stores;
using LlmGateway.Service;
using Microsoft.Extensions.Time.Testing;

namespace LlmGateway.Datasets.Tests.Versions;

public sealed class EmbeddedTrainingCheckTests : TrainingCheckTests
{
    protected override ValueTask<TestStore> OpenAsync() => ValueTask.FromResult(TestStore.Embedded());
}

public sealed class PostgresTrainingCheckTests : TrainingCheckTests
{
    protected override async ValueTask<TestStore> OpenAsync() => await TestStore.PostgresAsync();
}

/// <summary>What is said of the data of a fine-tuning job, in each store.</summary>
public abstract class TrainingCheckTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddMicroseconds(Calls.Start));

    [Fact]
    public async Task What_stands_in_the_validation_data_and_where_evaluations_test_is_found_in_the_training_data()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var dataset = await client.DatasetAsync();
        var lines = string.Join('\n', Enumerable.Range(0, 12).Select(i => Line($"how do I order card number {i} of my account", "order", "train")));
        await client.VersionAsync(dataset, $"{lines}\n{Line("how do I order card number 3 of my account", "order", "validation")}");
        var other = await client.DatasetAsync("tests");
        await client.VersionAsync(other, Line("how do I order card number 5 of my account", "order", "test"));
        await UseAsync(host, other);

        var report = await CheckAsync(host, dataset, "\"validation\"");
        Assert.Equal(0, report.GetProperty("error_count").GetInt32());
        Assert.Equal((12, 1), (report.GetProperty("training").GetProperty("examples").GetInt32(), report.GetProperty("validation").GetProperty("examples").GetInt32()));
        var codes = report.GetProperty("warnings").EnumerateArray().Select(warning => warning.Text("code")).ToArray();
        Assert.Contains("validation_leakage", codes);
        Assert.Contains("leakage", codes);
        Assert.Equal(3 * report.GetProperty("training").GetProperty("tokens").GetInt64(), report.GetProperty("training_tokens").GetInt64());
        Assert.True(report.GetProperty("estimated_cost_usd").GetDecimal() > 0);
    }

    [Fact]
    public async Task Another_projects_data_is_not_there_and_only_services_ask()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var dataset = await client.DatasetAsync();
        await client.VersionAsync(dataset, Line("one", "two", "train"));
        Assert.Equal(HttpStatusCode.NotFound, (await AskAsync(host.For("proj_b", Scopes.Internal), dataset, "null")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await AskAsync(client, dataset, "null")).StatusCode);
    }

    protected abstract ValueTask<TestStore> OpenAsync();

    private static string Line(string question, string answer, string split) =>
        $$"""{"messages":[{"role":"user","content":"{{question}}"},{"role":"assistant","content":"{{answer}}"}],"split":"{{split}}"}""";

    private static async Task UseAsync(DatasetsHost host, string dataset)
    {
        using var body = new StringContent($$"""{"dataset_id":"{{dataset.Split('/')[^1]}}","version":"1","split":null,"used_by":"evalrun_1","role":"tested"}""", Encoding.UTF8, "application/json");
        using var response = await host.For("proj_a", Scopes.Internal).PostAsync("/internal/dataset_uses", body, Cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private static async Task<JsonElement> CheckAsync(DatasetsHost host, string dataset, string validation)
    {
        using var response = await AskAsync(host.For("proj_a", Scopes.Internal), dataset, validation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.JsonAsync();
    }

    private static async Task<HttpResponseMessage> AskAsync(HttpClient client, string dataset, string validation)
    {
        var id = dataset.Split('/')[^1];
        var second = validation == "null" ? "null" : $$"""{"dataset_id":"{{id}}","version":"1","split":{{validation}}}""";
        using var body = new StringContent(
            $$"""{"method":"supervised","model":"gpt-4o-mini","epochs":null,"training":{"dataset_id":"{{id}}","version":"1","split":"train"},"validation":{{second}}}""",
            Encoding.UTF8,
            "application/json");
        return await client.PostAsync("/internal/training_checks", body, Cancel);
    }
}
