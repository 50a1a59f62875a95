using System.Net;
using System.Text;
using LlmGateway.Datasets.Retention;
using LlmGateway.Datasets.Storage;
using LlmGateway.Datasets.Tests.Files;
using LlmGateway.Datasets.Tests.Stores;
using LlmGateway.Datasets.Versions;
using LlmGateway.Service;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace LlmGateway.Datasets.Tests.Versions;

public sealed class EmbeddedVersionLifeTests : VersionLifeTests
{
    protected override ValueTask<TestStore> OpenAsync() => ValueTask.FromResult(TestStore.Embedded());
}

public sealed class PostgresVersionLifeTests : VersionLifeTests
{
    protected override async ValueTask<TestStore> OpenAsync() => await TestStore.PostgresAsync();
}

/// <summary>Who sees a version and how it ends, in each store.</summary>
public abstract class VersionLifeTests
{
    private const string Lines = """
        {"input":"I want my money back","reference":"refund"}
        {"input":"Where is my card?","reference":"card_arrival"}
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddMicroseconds(Calls.Start));

    [Fact]
    public async Task A_version_whose_builder_died_is_never_seen_and_is_swept()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var dataset = await client.DatasetAsync();
        await client.VersionAsync(dataset, """{"input":"whole"}""");
        var half = await HalfAsync(host, dataset);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"{dataset}/versions/{half}", Cancel)).StatusCode);
        Assert.Single((await client.GetJsonAsync($"{dataset}/versions")).Ids());
        await host.Service<LogUpkeep>().RunOnceAsync(Cancel);
        Assert.Equal((2, 1), await host.CountVersionsAsync());

        _clock.Advance(TimeSpan.FromHours(25));
        await host.Service<LogUpkeep>().RunOnceAsync(Cancel);
        Assert.Equal((1, 1), await host.CountVersionsAsync());
    }

    [Fact]
    public async Task Another_projects_dataset_is_not_found_by_any_route()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var owner = host.For("proj_b");
        var dataset = await owner.DatasetAsync();
        var version = await owner.VersionAsync(dataset, Lines);
        var file = (await owner.FileAsync(Lines)).Text("id");
        var client = host.For("proj_a");

        Assert.Empty((await client.GetJsonAsync("/v1/datasets")).Ids());
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync($"/v1/datasets?after={dataset.Split('/')[^1]}", Cancel)).StatusCode);
        foreach (var path in new[] { "", "/versions", "/versions/latest", "/versions/1", $"/versions/{version.Text("id")}", "/versions/1/items", "/versions/1/export?format=items", "/versions/1/dropped", "/versions/1/leakage", "/diff?from=1&to=1" })
        {
            Assert.Equal((path, HttpStatusCode.NotFound), (path, (await client.GetAsync(dataset + path, Cancel)).StatusCode));
        }

        using var rename = new StringContent("""{"name":"mine"}""", Encoding.UTF8, "application/json");
        Assert.Equal(HttpStatusCode.NotFound, (await client.PatchAsync(dataset, rename, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.DeleteAsync(dataset, Cancel)).StatusCode);
        var source = $$$"""{"source":{"type":"file","file_id":"{{{file}}}"}}""";
        Assert.Equal("dataset_id", (await client.RefusedAsync($"{dataset}/versions", source, HttpStatusCode.NotFound)).Text("param"));
        Assert.Equal("source.file_id", (await client.RefusedAsync($"{await client.DatasetAsync()}/versions", source, HttpStatusCode.NotFound)).Text("param"));
        Assert.Equal("intents", (await owner.GetJsonAsync(dataset)).Text("name"));
    }

    [Fact]
    public async Task A_deleted_dataset_is_gone_with_all_its_versions()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var dataset = await client.DatasetAsync();
        await client.VersionAsync(dataset, Lines);
        await HalfAsync(host, dataset);
        var deleted = await (await client.DeleteAsync(dataset, Cancel)).JsonAsync();

        Assert.Equal(("dataset.deleted", true), (deleted.Text("object"), deleted.GetProperty("deleted").GetBoolean()));
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(dataset, Cancel)).StatusCode);
        Assert.Equal((0, 0), await host.CountVersionsAsync());
    }

    protected abstract ValueTask<TestStore> OpenAsync();

    /// <summary>What a builder that is killed leaves behind.</summary>
    private async Task<string> HalfAsync(DatasetsHost host, string dataset)
    {
        await using var scope = host.Service<IServiceScopeFactory>().CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<DatasetsDbContext>();
        var half = new DatasetVersion
        {
            Id = RowIds.New(DatasetVersion.IdPrefix, _clock.GetUtcNow()),
            ProjectId = "proj_a",
            DatasetId = dataset.Split('/')[^1],
            Status = DatasetVersion.InProgress,
            Splits = "{}",
            Dropped = "{}",
            Report = "{}",
            Request = "{}",
            CreatedAtMicros = Calls.Start,
        };
        context.DatasetVersions.Add(half);
        await context.SaveChangesAsync(Cancel);
        return half.Id;
    }
}
