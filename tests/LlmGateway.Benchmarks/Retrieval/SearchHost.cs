using System.Net.Http.Headers;
using LlmGateway.LocalModel;
using LlmGateway.Messaging;
using LlmGateway.Retrieval;
using LlmGateway.Retrieval.Chunks;
using LlmGateway.Retrieval.Files;
using LlmGateway.Retrieval.Storage;
using LlmGateway.Retrieval.VectorStores;
using LlmGateway.Service;
using LlmGateway.ServiceDefaults;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Benchmarks.Retrieval;

/// <summary>The retrieval service on a real server, with a store of its own; vectors come over HTTP from the local model.</summary>
internal sealed class SearchHost : IAsyncDisposable
{
    public const int Dimensions = 256;
    private const int ChunksOfFile = 50;
    private const int FilesAtOnce = 20;

    private readonly WebApplication _app;
    private readonly UpstreamServer _models;
    private readonly TempFolder _folder;

    private SearchHost(WebApplication app, UpstreamServer models, TempFolder folder)
    {
        (_app, _models, _folder) = (app, models, folder);
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        Renew();
    }

    public IServiceProvider Services => _app.Services;

    public HttpClient Http { get; }

    /// <param name="connection">PostgreSQL; null for a file.</param>
    public static async Task<SearchHost> StartAsync(string? connection)
    {
        var folder = new TempFolder();
        var models = await UpstreamServer.StartAsync(new UpstreamScript { Embed = text => Embedder.Embed(text, Dimensions) });
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = folder.Path });
        builder.Configuration[DataFolder.Key] = folder.Path;
        builder.Configuration["Services:InternalKey"] = new string('k', 32);
        builder.Configuration["ConnectionStrings:retrieval"] = connection;
        builder.Configuration["services:gateway:http:0"] = builder.Configuration["services:datasets:http:0"] = models.BaseUrl.GetLeftPart(UriPartial.Authority);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.AddServiceDefaults();
        builder.AddRetrieval();
        builder.AddLlmGatewayBus(bus => bus.AddRetrievalConsumers());
        var app = builder.Build();
        app.UseServiceFoundation();
        app.MapRetrieval();
        await app.StartAsync();
        return new SearchHost(app, models, folder);
    }

    /// <summary>Fills a store with chunks, files of 50.</summary>
    public async Task<VectorStore> FillAsync(List<string> texts, List<float[]> vectors)
    {
        var now = TimeProvider.System.GetUtcNow();
        var store = new VectorStore
        {
            Id = RowIds.New(VectorStore.IdPrefix, now),
            ProjectId = Caller.DefaultProject,
            Metadata = "{}",
            CreatedAtMicros = UnixMicros.Of(now),
            LastActiveAtMicros = UnixMicros.Of(now),
            EmbeddingModel = "local/embedding",
            Language = "english",
            Dimensions = Dimensions,
            Version = 1,
        };
        await using (var scope = Services.CreateAsyncScope())
        {
            var context = scope.ServiceProvider.GetRequiredService<RetrievalDbContext>();
            context.Add(store);
            await context.SaveChangesAsync();
        }

        foreach (var files in Enumerable.Range(0, texts.Count).Chunk(ChunksOfFile).Chunk(FilesAtOnce))
        {
            await AddAsync(store, files, texts, vectors);
        }

        Renew();
        return store;
    }

    /// <summary>Makes the index and lets the server know its tables.</summary>
    public async Task IndexAsync()
    {
        await Services.GetRequiredService<VectorIndexing>().IndexAsync(CancellationToken.None);
        await using var scope = Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<RetrievalDbContext>().Database.ExecuteSqlRawAsync("ANALYZE chunks");
        Renew();
    }

    /// <summary>A token lives for a minute.</summary>
    public void Renew() => Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
        "Bearer", Services.GetRequiredService<InternalToken>().Issue(ServiceNames.Retrieval, new Caller(Caller.DefaultProject, "key_bench", Scopes.Data | Scopes.Inference)));

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        await _models.DisposeAsync();
        _folder.Dispose();
    }

    private async Task AddAsync(VectorStore store, int[][] files, List<string> texts, List<float[]> vectors)
    {
        await using var scope = Services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<RetrievalDbContext>();
        await using var transaction = await context.Database.BeginTransactionAsync();
        var chunks = new List<NewChunk>();
        foreach (var numbers in files)
        {
            var row = RowIds.New(VectorStoreFile.IdPrefix, TimeProvider.System.GetUtcNow());
            context.Add(new VectorStoreFile
            {
                Id = row,
                FileId = $"file-{row}",
                ProjectId = store.ProjectId,
                VectorStoreId = store.Id,
                FileName = "abstract.txt",
                CreatedAtMicros = store.CreatedAtMicros,
                Attributes = "{}",
                Chunking = "{}",
                Status = FileStatus.Completed,
                ChangedInVersion = store.Version,
            });
            chunks.AddRange(numbers.Select((number, place) => new NewChunk(
                new Chunk { VectorStoreId = store.Id, FileRowId = row, Index = place, Start = 0, End = texts[number].Length, Text = texts[number] }, vectors[number])));
        }

        await context.SaveChangesAsync();
        await scope.ServiceProvider.GetRequiredService<IChunkStore>().AddAsync(chunks, CancellationToken.None);
        await transaction.CommitAsync();
    }
}
