using LlmGateway.Contracts.Gateway;
using LlmGateway.Datasets.Retention;
using LlmGateway.Datasets.Storage.Partitions;
using LlmGateway.TestKit;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace LlmGateway.Datasets.Tests.Stores;

/// <summary>The log's parts in PostgreSQL.</summary>
public sealed class PartitionTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch.AddMicroseconds(Calls.Start);

    private static readonly (string, string) Weeks = ("Datasets:Partitions:Days", "7");

    private readonly FakeTimeProvider _clock = new(Start);
    private readonly Calls _calls = new("proj_a");

    [Fact]
    public async Task The_present_and_the_next_partition_are_there_before_they_are_needed()
    {
        using var store = await TestStore.PostgresAsync();
        await using var host = await store.StartAsync(_clock, Weeks);
        await UpkeepAsync(host);
        Assert.Equal(["inferences_20260101_20260108", "inferences_20260108_20260115"], await NamesAsync(host));
        _clock.Advance(TimeSpan.FromDays(7));
        await UpkeepAsync(host);
        Assert.Equal("inferences_20260115_20260122", (await NamesAsync(host))[^1]);
    }

    [Fact]
    public async Task After_a_long_pause_and_with_another_width_there_is_no_gap()
    {
        using var store = await TestStore.PostgresAsync();
        await using (var host = await store.StartAsync(_clock, Weeks))
        {
            await UpkeepAsync(host);
        }

        _clock.Advance(TimeSpan.FromDays(30));
        await using var later = await store.StartAsync(_clock, ("Datasets:Partitions:Days", "10"));
        await UpkeepAsync(later);
        var parts = await later.Service<PostgresPartitions>().ListAsync(PostgresPartitions.Rows, TestContext.Current.CancellationToken);
        Assert.Equal(parts.Skip(1).Select(part => part.Start), parts.SkipLast(1).Select(part => part.End));
        Assert.Contains(parts, part => part.Start > DateOnly.FromDateTime(_clock.GetUtcNow().UtcDateTime));
    }

    [Fact]
    public async Task Workers_that_try_at_once_do_not_disturb_one_another()
    {
        using var store = await TestStore.PostgresAsync();
        await using var host = await store.StartAsync(_clock, Weeks);
        await UpkeepAsync(host);
        _clock.Advance(TimeSpan.FromDays(70));
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => UpkeepAsync(host))));
        await UpkeepAsync(host);
        var names = await NamesAsync(host);
        Assert.Equal(12, names.Length);
        Assert.Equal(names.Distinct(), names);
    }

    [Fact]
    public async Task A_call_is_stored_in_its_partition_and_one_that_came_before_it_moves_there()
    {
        using var store = await TestStore.PostgresAsync();
        await using var host = await store.StartAsync(_clock, Weeks);
        await UpkeepAsync(host);
        var (present, future) = (Call(0), Call(20));
        await host.StoreAsync(present, future);
        Assert.Equal("inferences_20260101_20260108", await PlaceAsync(store, "inferences", "id", present));
        Assert.Equal("inferences_default", await PlaceAsync(store, "inferences", "id", future));

        _clock.Advance(TimeSpan.FromDays(20));
        await UpkeepAsync(host);
        Assert.Equal("inferences_20260122_20260129", await PlaceAsync(store, "inferences", "id", future));
        Assert.Equal("inference_bodies_20260122_20260129", await PlaceAsync(store, "inference_bodies", "id", future));
        Assert.Equal("inference_metadata_20260122_20260129", await PlaceAsync(store, "inference_metadata", "inference_id", future));
        await host.StoreAsync(future);
        Assert.Equal(2, (await host.For("proj_a").GetJsonAsync("/v1/inferences")).Ids().Length);
    }

    [Fact]
    public async Task A_call_that_arrives_while_its_partition_is_made_is_asked_for_again_and_not_refused()
    {
        using var store = await TestStore.PostgresAsync();
        await using var host = await store.StartAsync(_clock, Weeks);
        await UpkeepAsync(host);
        var batch = Frames.Encode(Call(20));
        var part = new Partition("inferences", new DateOnly(2026, 1, 15), new DateOnly(2026, 1, 29));
        await using var source = NpgsqlDataSource.Create(store.Connection);
        await using var connection = await source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        Task<SinkResult> stored;
        await using (var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await using var attach = new NpgsqlCommand(
                $"""
                LOCK TABLE inferences_default IN ACCESS EXCLUSIVE MODE;
                CREATE TABLE {part.Name} (LIKE inferences INCLUDING ALL);
                ALTER TABLE inferences ATTACH PARTITION {part.Name} FOR VALUES FROM ('{part.FirstId}') TO ('{part.EndId}')
                """,
                connection);
            await attach.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            stored = host.Sink.StoreAsync(batch, TestContext.Current.CancellationToken);
            await Eventually.TrueAsync(
                async _ => await AskAsync(store, "SELECT count(*)::text FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())") != "0",
                "the call waits for the partition");
            await transaction.CommitAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(SinkAnswer.Unavailable, (await stored).Answer);
        Assert.Equal(SinkAnswer.Stored, (await host.Sink.StoreAsync(batch, TestContext.Current.CancellationToken)).Answer);
    }

    [Fact]
    public async Task A_look_up_by_id_visits_one_partition()
    {
        using var store = await TestStore.PostgresAsync();
        await using var host = await store.StartAsync(_clock, Weeks);
        await UpkeepAsync(host);
        _clock.Advance(TimeSpan.FromDays(60));
        await UpkeepAsync(host);
        var plan = await PlanAsync(store, $"SELECT * FROM inferences WHERE project_id = 'proj_a' AND id = '{Call(10).Record.Id}'");
        Assert.Contains("inferences_20260108_20260115", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("inferences_20260101_20260108", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("default", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_over_goes_by_whole_partitions()
    {
        using var store = await TestStore.PostgresAsync();
        await using var host = await store.StartAsync(_clock, Weeks, ("Datasets:Retention:BodyDays", "7"), ("Datasets:Retention:RowDays", "21"));
        await UpkeepAsync(host);
        await host.StoreAsync(Call(0), Call(8));
        _clock.Advance(TimeSpan.FromDays(16));
        await UpkeepAsync(host);
        var bodies = await host.Service<PostgresPartitions>().ListAsync(PostgresPartitions.Bodies, TestContext.Current.CancellationToken);
        Assert.Equal(new DateOnly(2026, 1, 8), bodies[0].Start);
        Assert.Equal("inferences_20260101_20260108", (await NamesAsync(host))[0]);
        Assert.Equal(2, (await host.For("proj_a").GetJsonAsync("/v1/inferences")).Ids().Length);

        _clock.Advance(TimeSpan.FromDays(14));
        await UpkeepAsync(host);
        Assert.Equal("inferences_20260108_20260115", (await NamesAsync(host))[0]);
        Assert.Single((await host.For("proj_a").GetJsonAsync("/v1/inferences")).Ids());
    }

    private static Task UpkeepAsync(DatasetsHost host) => host.Service<LogUpkeep>().RunOnceAsync(TestContext.Current.CancellationToken);

    private static async Task<string[]> NamesAsync(DatasetsHost host) =>
        [.. (await host.Service<PostgresPartitions>().ListAsync(PostgresPartitions.Rows, TestContext.Current.CancellationToken)).Select(part => part.Name)];

    private static Task<string> PlaceAsync(TestStore store, string table, string key, InferenceFrame frame) =>
        AskAsync(store, $"SELECT tableoid::regclass::text FROM {table} WHERE {key} = '{frame.Record.Id}'");

    private static Task<string> PlanAsync(TestStore store, string sql) => AskAsync(store, $"EXPLAIN (FORMAT JSON) {sql}");

    private static async Task<string> AskAsync(TestStore store, string sql)
    {
        await using var source = NpgsqlDataSource.Create(store.Connection);
        await using var command = source.CreateCommand(sql);
        return (string)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    /// <summary>A call made some days after the start.</summary>
    private InferenceFrame Call(int day)
    {
        var id = Guid.CreateVersion7(Start.AddDays(day));
        return _calls.Chat($"chatcmpl-{id}", record => record with { Id = id, Metadata = new Dictionary<string, string> { ["team"] = "red" } });
    }
}
