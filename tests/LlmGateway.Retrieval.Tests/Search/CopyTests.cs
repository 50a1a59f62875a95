using LlmGateway.Retrieval.Search;
using LlmGateway.Retrieval.Storage;
using LlmGateway.Retrieval.VectorStores;
using LlmGateway.TestKit.Servers;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Retrieval.Tests.Search;

/// <summary>A process's copies say what the database says, and read only what changed.</summary>
public sealed class CopyTests
{
    [Fact]
    public async Task A_file_that_comes_is_read_alone_and_one_that_goes_is_masked()
    {
        await using var host = await RetrievalHost.StartAsync();
        var copies = host.Services.GetRequiredService<LexicalCopies>();
        var store = await host.AddStoreAsync(2);
        var first = await host.AddFileAsync(store, [.. Enumerable.Range(0, 9).Select(number => ($"cat number {number}", new float[] { 1, 0 }))]);
        var before = await GetAsync(host, store, copies);

        var second = await host.AddFileAsync(store, [("A dog and a cat", [0, 1])]);
        var after = await GetAsync(host, store, copies);
        Assert.Same(before.Segments[0].Index, after.Segments[0].Index);
        Assert.Equal([9, 1], after.Segments.Select(segment => segment.Count));
        Assert.Equal([new ChunkKey(second, 0)], after.Search("dog", null, 10, null).Select(hit => hit.Chunk));
        Assert.Equal(10, after.Search("cat", null, 100, null).Count);
        Assert.Equal(9, after.Search("cat", new HashSet<string> { first }, 100, null).Count);

        await DeleteAsync(host, store, first);
        var last = await GetAsync(host, store, copies);
        Assert.Equal([new ChunkKey(second, 0)], last.Search("cat", null, 100, null).Select(hit => hit.Chunk));
    }

    [Fact]
    public async Task Files_that_come_one_by_one_end_in_few_segments_that_rank_as_one()
    {
        await using var host = await RetrievalHost.StartAsync();
        var store = await host.AddStoreAsync(2);
        var copies = host.Services.GetRequiredService<LexicalCopies>();
        for (var number = 0; number < 20; number++)
        {
            await host.AddFileAsync(store, [($"cat {string.Concat(Enumerable.Repeat("dog ", number))}", [1, 0])]);
            await GetAsync(host, store, copies);
        }

        var grown = await GetAsync(host, store, copies);
        Assert.InRange(grown.Segments.Count, 1, 5);
        using var fresh = ActivatorUtilities.CreateInstance<LexicalCopies>(host.Services);
        var whole = await GetAsync(host, store, fresh);
        Assert.Equal(
            whole.Search("cat dog", null, 100, null).OrderBy(hit => hit.Chunk.FileRowId), grown.Search("cat dog", null, 100, null).OrderBy(hit => hit.Chunk.FileRowId));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Another_process_searches_what_this_one_stored(bool onPostgres)
    {
        if (!onPostgres)
        {
            // Two processes share a file no less than a server.
            await using var one = await RetrievalHost.StartAsync();
            var file = $"Data Source={Path.Combine(one.Services.GetRequiredService<Microsoft.Extensions.Hosting.IHostEnvironment>().ContentRootPath, "shared.db")}";
            await SearchFromBothAsync(file);
            return;
        }

        Assert.SkipWhen(TestServers.SkipReason is not null, TestServers.SkipReason ?? "");
        await SearchFromBothAsync(await TestServers.CreateDatabaseAsync());
    }

    private static async Task SearchFromBothAsync(string connection)
    {
        await using var one = await RetrievalHost.StartAsync(connection);
        await using var other = await RetrievalHost.StartAsync(connection);
        var store = await one.AddStoreAsync(2);
        other.Others.Models.Script = new() { Embed = _ => [1, 0] };
        await one.AddFileAsync(store, [("The Vasa sank in 1628.", [1, 0])], """{"year":1628}""");
        Assert.Equal(1, await CountAsync(other, store));
        var second = await one.AddFileAsync(store, [("The Titanic sank in 1912.", [0, 1])], """{"year":1912}""");
        Assert.Equal(2, await CountAsync(other, store));
        Assert.Equal(1, await CountAsync(other, store, new { type = "gt", key = "year", value = 1700 }));
        await DeleteAsync(one, store, second);
        Assert.Equal(1, await CountAsync(other, store));
    }

    private static async Task<int> CountAsync(RetrievalHost host, VectorStore store, object? filters = null) =>
        (await host.Http.PostJsonAsync($"/v1/vector_stores/{store.Id}/search", new { query = "Which ship sank?", filters })).GetProperty("data").GetArrayLength();

    private static async Task<LexicalCopy> GetAsync(RetrievalHost host, VectorStore store, LexicalCopies copies) =>
        await copies.GetAsync(store.Id, (await host.ReadAsync(store)).Version, TestContext.Current.CancellationToken);

    private static async Task DeleteAsync(RetrievalHost host, VectorStore store, string row)
    {
        await using var scope = host.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<RetrievalDbContext>().DeleteFileAsync(store.Id, row, CancellationToken.None);
    }
}
