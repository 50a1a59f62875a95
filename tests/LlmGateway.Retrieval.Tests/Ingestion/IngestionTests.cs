using LlmGateway.Retrieval.Storage;
using LlmGateway.TestKit.Servers;
using LlmGateway.TestKit.Upstream;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Retrieval.Tests.Ingestion;

/// <summary>From an uploaded file to stored chunks, by a real server that embeds; on each database.</summary>
public abstract class IngestionTests
{
    private static readonly object Small = new { type = "recursive", recursive = new { max_chunk_size_tokens = 20 } };

    /// <summary>PostgreSQL's connection string; null for SQLite.</summary>
    protected abstract Task<string?> ConnectAsync();

    [Fact]
    public async Task A_chunk_is_a_span_of_the_text_that_was_read_out_of_its_file()
    {
        await using var host = await StartAsync(("Retrieval:EmbeddingBatch", "3"));
        var store = await host.CreateStoreAsync();
        var file = await host.AddFileAsync(store, host.Others.AddFile("long.md", Paragraphs(25)), Small);
        Assert.Equal("completed", file.Text("status"));
        Assert.Matches("^[0-9a-f]{64}$", file.Text("content_hash"));

        var text = (await host.Http.GetJsonAsync($"/v1/vector_stores/{store}/files/{file.Text("id")}/content")).GetProperty("data")[0].Text("text");
        Assert.Equal(Paragraphs(25), text);
        var chunks = await ChunksAsync(host);
        Assert.Equal(Enumerable.Range(0, 25), chunks.Select(chunk => chunk.Index));
        Assert.All(chunks, chunk => Assert.Equal(text[chunk.Start..chunk.End], chunk.Text));
        Assert.Equal(chunks.Select(chunk => chunk.Text), host.Others.Embedded);
        Assert.Equal(9, EmbeddingCalls(host));
    }

    [Fact]
    public async Task The_same_content_is_not_embedded_again_unless_another_project_or_model_wants_it()
    {
        await using var host = await StartAsync();
        var content = Paragraphs(10);
        var store = await host.CreateStoreAsync();
        await host.AddFileAsync(store, host.Others.AddFile("one.md", content), Small);
        Assert.Equal(10, host.Others.Embedded.Count);

        // The same file again, another file with one paragraph more, and another store.
        await host.AddFileAsync(store, host.Others.Files.Keys.Single(), Small);
        Assert.Equal(10, host.Others.Embedded.Count);
        await host.AddFileAsync(await host.CreateStoreAsync(), host.Others.AddFile("two.md", content + "\n\nA paragraph that is new."), Small);
        Assert.Equal(["A paragraph that is new."], host.Others.Embedded.Skip(10));

        host.Others.Models.Forget();
        await host.AddFileAsync(await host.CreateStoreAsync(new { embedding_model = "other" }), host.Others.AddFile("three.md", content), Small);
        Assert.Equal(10, host.Others.Embedded.Count);
        var stranger = host.For("proj_b");
        await host.AddFileAsync(await host.CreateStoreAsync(client: stranger), host.Others.AddFile("four.md", content), Small, stranger);
        Assert.Equal(20, host.Others.Embedded.Count);
    }

    [Fact]
    public async Task A_text_that_comes_twice_in_a_batch_is_embedded_once_and_found_twice()
    {
        await using var host = await StartAsync();
        var store = await host.CreateStoreAsync();
        await host.AddFileAsync(store, host.Others.AddFile("twice.md", $"{Paragraph(1)}\n\n{Paragraph(2)}\n\n{Paragraph(1)}\n\n"), Small);
        Assert.Equal(2, host.Others.Embedded.Count);
        Assert.Equal(3, (await ChunksAsync(host)).Count);
    }

    [Fact]
    public async Task The_cache_keeps_no_more_than_it_may()
    {
        await using var host = await StartAsync(("Retrieval:CachedEmbeddings", "4"), ("Retrieval:EmbeddingBatch", "2"));
        await host.AddFileAsync(await host.CreateStoreAsync(), host.Others.AddFile("one.md", Paragraphs(10)), Small);
        await using var scope = host.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<Embeddings.EmbeddingCache>().TrimAsync(TestContext.Current.CancellationToken);
        Assert.InRange(await scope.ServiceProvider.GetRequiredService<RetrievalDbContext>().CachedEmbeddings.CountAsync(TestContext.Current.CancellationToken), 2, 4);
    }

    [Fact]
    public async Task A_call_that_fails_is_tried_again_and_a_refusal_fails_the_file_and_leaves_nothing()
    {
        await using var host = await StartAsync(("Retrieval:EmbeddingBatch", "5"));
        var store = await host.CreateStoreAsync();
        host.Others.Models.Enqueue(new UpstreamScript { Status = 503 });
        Assert.Equal("completed", (await host.AddFileAsync(store, host.Others.AddFile("one.md", Paragraphs(10)), Small)).Text("status"));
        Assert.Equal(3, EmbeddingCalls(host));

        host.Others.Models.Enqueue(new UpstreamScript(), new UpstreamScript { Status = 400 });
        var file = await host.AddFileAsync(await host.CreateStoreAsync(), host.Others.AddFile("two.md", Paragraphs(20, from: 50)), Small);
        Assert.Equal(("failed", "server_error"), (file.Text("status"), file.GetProperty("last_error").Text("code")));
        Assert.Contains("400", file.GetProperty("last_error").Text("message"), StringComparison.Ordinal);
        Assert.Equal(10, (await ChunksAsync(host)).Count);
        Assert.Empty((await host.Http.GetJsonAsync($"/v1/vector_stores/{file.Text("vector_store_id")}/files/{file.Text("id")}/content")).GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task A_model_that_makes_other_vectors_than_before_is_refused_with_what_to_do()
    {
        await using var host = await StartAsync();
        var store = await host.CreateStoreAsync();
        await host.AddFileAsync(store, host.Others.AddFile("one.md", "First."));
        host.Others.Models.Script = new UpstreamScript { Embed = _ => [1, 2, 3] };
        var file = await host.AddFileAsync(store, host.Others.AddFile("two.md", "Second."));
        Assert.Equal("failed", file.Text("status"));
        Assert.Contains("Make a new store", file.GetProperty("last_error").Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Small_chunks_are_kept_with_the_parents_around_them()
    {
        await using var host = await StartAsync(("Retrieval:EmbeddingBatch", "4"));
        var store = await host.CreateStoreAsync();
        var strategy = new { type = "parent_child", parent_child = new { max_chunk_size_tokens = 20, max_parent_size_tokens = 120 } };
        var file = await host.AddFileAsync(store, host.Others.AddFile("long.md", Paragraphs(25)), strategy);
        Assert.Equal("completed", file.Text("status"));
        await using var scope = host.Services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<RetrievalDbContext>();
        var parents = await context.ParentPassages.OrderBy(parent => parent.Start).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(Paragraphs(25), string.Concat(parents.Select(parent => parent.Text)));
        Assert.All(await ChunksAsync(host), chunk => Assert.Contains(chunk.Text, parents.Single(parent => parent.Start == chunk.ParentStart).Text, StringComparison.Ordinal));

        using var deleted = await host.Http.DeleteAsync($"/v1/vector_stores/{store}/files/{file.Text("id")}", TestContext.Current.CancellationToken);
        Assert.True(deleted.IsSuccessStatusCode);
        Assert.False(await context.ParentPassages.AnyAsync(TestContext.Current.CancellationToken));
    }

    private async Task<RetrievalHost> StartAsync(params (string Key, string Value)[] settings) => await RetrievalHost.StartAsync(await ConnectAsync(), settings);

    private static int EmbeddingCalls(RetrievalHost host) => host.Others.Models.Requests.Count(request => request.Path.EndsWith("/embeddings", StringComparison.Ordinal));

    private static async Task<List<Chunks.Chunk>> ChunksAsync(RetrievalHost host)
    {
        await using var scope = host.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<RetrievalDbContext>().Chunks.AsNoTracking().OrderBy(chunk => chunk.Index).ToListAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Each is a chunk of its own at 20 tokens.</summary>
    private static string Paragraphs(int count, int from = 0) => string.Concat(Enumerable.Range(from, count).Select(number => Paragraph(number) + "\n\n"));

    private static string Paragraph(int number) => $"Paragraph number {number} says that the answer to question {number} is {number * 7}.";
}

public sealed class IngestionInSqliteTests : IngestionTests
{
    protected override Task<string?> ConnectAsync() => Task.FromResult<string?>(null);
}

public sealed class IngestionInPostgresTests : IngestionTests
{
    protected override async Task<string?> ConnectAsync()
    {
        Assert.SkipWhen(TestServers.SkipReason is not null, TestServers.SkipReason ?? "");
        return await TestServers.CreateDatabaseAsync();
    }
}
