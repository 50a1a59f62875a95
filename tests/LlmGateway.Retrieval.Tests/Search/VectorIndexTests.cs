using LlmGateway.Retrieval.Storage;
using LlmGateway.Retrieval.VectorStores;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Servers;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace LlmGateway.Retrieval.Tests.Search;

/// <summary>pgvector's index is made once there are many vectors, and finds nearly all that a comparison of all finds, whatever is filtered.</summary>
public sealed class VectorIndexTests
{
    private const int Dimensions = 32;
    private const int Count = 4000;

    [Theory, InlineData(false), InlineData(true)]
    public async Task Searches_by_the_index_miss_little_also_under_filters_and_beside_larger_stores(bool half)
    {
        Assert.SkipWhen(TestServers.SkipReason is not null, TestServers.SkipReason ?? "");
        var connection = await TestServers.CreateDatabaseAsync();
        await using var host = await RetrievalHost.StartAsync(
            connection, ("Retrieval:IndexFromVectors", "1000"), ("Retrieval:HalfVectors", half ? "true" : "false"));
        var random = new Random(11);
        var store = await host.AddStoreAsync(Dimensions);
        var small = await host.AddStoreAsync(Dimensions);
        var rows = new List<string>();
        for (var file = 0; file < 100; file++)
        {
            rows.Add(await host.AddFileAsync(store, Chunks(random, Count / 100)));
        }

        await host.AddFileAsync(small, Chunks(random, Count / 100));
        await host.Services.GetRequiredService<VectorIndexing>().IndexAsync(TestContext.Current.CancellationToken);
        var name = VectorIndex.NameOf(Dimensions, half);
        await ExecuteAsync(connection, "ANALYZE chunks");

        Assert.InRange(await RecallAsync(host, store, null, random), 0.95, 1);
        Assert.True(await ScansAsync(connection, name) > 0, "the index is used");

        // One file of a hundred, a tenth of them, and a store that is a hundredth of the table.
        Assert.InRange(await RecallAsync(host, store, new HashSet<string> { rows[50] }, random), 0.95, 1);
        Assert.InRange(await RecallAsync(host, store, rows.Take(10).ToHashSet(), random), 0.95, 1);
        Assert.InRange(await RecallAsync(host, small, null, random), 0.95, 1);
    }

    [Fact]
    public async Task No_index_is_made_of_few_vectors_and_one_that_broke_off_is_made_again()
    {
        Assert.SkipWhen(TestServers.SkipReason is not null, TestServers.SkipReason ?? "");
        var connection = await TestServers.CreateDatabaseAsync();
        await using var host = await RetrievalHost.StartAsync(connection, ("Retrieval:IndexFromVectors", "10"));
        var indexing = host.Services.GetRequiredService<VectorIndexing>();
        var store = await host.AddStoreAsync(4);
        await host.AddFileAsync(store, Chunks(new Random(1), 9, 4));
        await indexing.IndexAsync(TestContext.Current.CancellationToken);
        Assert.Null(await AskAsync(connection, "SELECT to_regclass('chunks_vector_4')::text"));

        await host.AddFileAsync(store, Chunks(new Random(2), 1, 4));
        await indexing.IndexAsync(TestContext.Current.CancellationToken);
        Assert.Equal(true, await AskAsync(connection, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'chunks_vector_4'::regclass"));

        await ExecuteAsync(connection, "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'chunks_vector_4'::regclass");
        await indexing.IndexAsync(TestContext.Current.CancellationToken);
        Assert.Equal(true, await AskAsync(connection, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'chunks_vector_4'::regclass"));
    }

    private static List<(string, float[])> Chunks(Random random, int count, int dimensions = Dimensions) =>
        [.. Enumerable.Range(0, count).Select(number => ($"chunk {number}", StoredChunks.Vector(random, dimensions)))];

    private static async Task<double> RecallAsync(RetrievalHost host, VectorStore store, HashSet<string>? files, Random random)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var chunks = scope.ServiceProvider.GetRequiredService<IChunkStore>();
        var found = 0;
        for (var query = 0; query < 20; query++)
        {
            var vector = StoredChunks.Vector(random, Dimensions);
            var exact = await chunks.SearchAsync(new VectorQuery(store, files, 10, Exact: true), vector, TestContext.Current.CancellationToken);
            var near = await chunks.SearchAsync(new VectorQuery(store, files, 10), vector, TestContext.Current.CancellationToken);
            Assert.Equal(10, exact.Count);
            found += exact.Select(hit => hit.Chunk).Intersect(near.Select(hit => hit.Chunk)).Count();
        }

        return found / 200.0;
    }

    private static async Task<long> ScansAsync(string connection, string name)
    {
        // Statistics come a moment later.
        await Eventually.TrueAsync(
            async _ => (long)(await AskAsync(connection, $"SELECT COALESCE((SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = '{name}'), 0)"))! > 0, "a scan of the index");
        return (long)(await AskAsync(connection, $"SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = '{name}'"))!;
    }

    private static async Task<object?> AskAsync(string connection, string text)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand(text);
        return await command.ExecuteScalarAsync() is { } value and not DBNull ? value : null;
    }

    private static async Task ExecuteAsync(string connection, string text)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand(text);
        await command.ExecuteNonQueryAsync();
    }
}
