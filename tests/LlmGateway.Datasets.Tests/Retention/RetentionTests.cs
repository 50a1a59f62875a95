using System.Text.Json;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Datasets.Retention;
using LlmGateway.Datasets.Storage;
using LlmGateway.Datasets.Tests.Stores;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace LlmGateway.Datasets.Tests.Retention;

public sealed class EmbeddedRetentionTests : RetentionTests
{
    protected override ValueTask<TestStore> OpenAsync() => ValueTask.FromResult(TestStore.Embedded());
}

public sealed class PostgresRetentionTests : RetentionTests
{
    protected override async ValueTask<TestStore> OpenAsync() => await TestStore.PostgresAsync();
}

/// <summary>What goes when its days are over, in each store.</summary>
public abstract class RetentionTests
{
    /// <summary>More than one transaction deletes.</summary>
    private const int Many = 2_500;

    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch.AddMicroseconds(Calls.Start);

    private readonly FakeTimeProvider _clock = new(Start);
    private readonly Calls _calls = new("proj_a");

    [Fact]
    public async Task Bodies_are_deleted_when_their_days_are_over_and_the_calls_stay()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock, ("Datasets:Retention:BodyDays", "30"), ("Datasets:Partitions:Days", "7"));
        var (old, young) = (Call(0), Call(20));
        await UpkeepAsync(host);
        await host.StoreAsync(old, young);
        _clock.Advance(TimeSpan.FromDays(45));
        await UpkeepAsync(host);

        var client = host.For("proj_a");
        Assert.Equal(JsonValueKind.Null, (await client.GetJsonAsync($"/v1/inferences/{old.Record.Id}")).GetProperty("request").ValueKind);
        Assert.Equal("red", (await client.GetJsonAsync($"/v1/inferences/{old.Record.Id}")).GetProperty("metadata").Text("team"));
        Assert.Equal("hello", (await client.GetJsonAsync($"/v1/inferences/{young.Record.Id}")).GetProperty("request").GetProperty("messages")[0].Text("content"));
        Assert.Equal([young.Record.BodyId], (await client.GetJsonAsync("/v1/chat/completions")).Ids());
        Assert.Equal(2, (await client.GetJsonAsync("/v1/inferences")).Ids().Length);
    }

    [Fact]
    public async Task Calls_are_deleted_with_all_that_belongs_to_them_when_their_days_are_over()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock, ("Datasets:Retention:RowDays", "30"), ("Datasets:Partitions:Days", "7"));
        var young = Call(20);
        await UpkeepAsync(host);
        await host.StoreAsync([.. Enumerable.Range(0, Many / 500).SelectMany(_ => Enumerable.Range(0, 499).Select(_ => Call(0))), young]);
        _clock.Advance(TimeSpan.FromDays(45));
        await UpkeepAsync(host);

        var client = host.For("proj_a");
        Assert.Equal([young.Record.Id.ToString()], (await client.GetJsonAsync("/v1/inferences?metadata[team]=red")).Ids());
        Assert.Equal((1, 1, 1, 1), await CountAsync(host));
    }

    [Fact]
    public async Task Without_a_setting_nothing_is_ever_deleted()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        await UpkeepAsync(host);
        await host.StoreAsync(Call(0));
        _clock.Advance(TimeSpan.FromDays(3_650));
        await UpkeepAsync(host);
        Assert.Equal((1, 1, 1, 1), await CountAsync(host));
    }

    [Theory]
    [InlineData("BodyDays", "0")]
    [InlineData("RowDays", "-1")]
    public async Task A_number_of_days_that_is_none_stops_the_start(string name, string value)
    {
        using var store = await OpenAsync();
        var refusal = await Assert.ThrowsAnyAsync<Exception>(() => store.StartAsync(_clock, ($"Datasets:Retention:{name}", value)));
        Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
    }

    protected abstract ValueTask<TestStore> OpenAsync();

    private static Task UpkeepAsync(DatasetsHost host) => host.Service<LogUpkeep>().RunOnceAsync(TestContext.Current.CancellationToken);

    private static async Task<(int Rows, int Bodies, int Metadata, int Exposures)> CountAsync(DatasetsHost host)
    {
        await using var scope = host.Service<IServiceScopeFactory>().CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<DatasetsDbContext>();
        return (await context.Inferences.CountAsync(), await context.Bodies.CountAsync(), await context.Metadata.CountAsync(), await context.Exposures.CountAsync());
    }

    /// <summary>A call made some days after the start.</summary>
    private InferenceFrame Call(int day)
    {
        var id = Guid.CreateVersion7(Start.AddDays(day));
        return _calls.Chat($"chatcmpl-{id}", record => record with
        {
            Id = id,
            Metadata = new Dictionary<string, string> { ["team"] = "red" },
            Exposure = new InferenceExposure("exp_1", "control", 1, "0000000000000001"),
        });
    }
}
