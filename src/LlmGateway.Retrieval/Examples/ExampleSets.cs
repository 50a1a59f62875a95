using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using LlmGateway.Retrieval.Ingestion;
using LlmGateway.Service;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace LlmGateway.Retrieval.Examples;

/// <summary>
/// Dataset versions that examples are chosen from. A version never changes: it is read and indexed once, however many ask for it, and
/// kept while there is room.
/// </summary>
internal sealed class ExampleSets(IHttpClientFactory clients, IOptions<ExampleSetOptions> options) : IDisposable
{
    private const string VersionHeader = "x-llmgateway-dataset-version";
    private readonly ConcurrentDictionary<(string Project, string Path), Lazy<Task<ExampleSet>>> _building = new();
    private readonly MemoryCache _kept = new(new MemoryCacheOptions { SizeLimit = options.Value.ExampleBytes });

    /// <exception cref="ApiException">There is no such version (404), it is too large (400), or its service is away (503).</exception>
    public async Task<ExampleSet> GetAsync(Caller caller, DatasetReference dataset, CancellationToken cancellationToken)
    {
        try
        {
            var version = dataset.IsPinned ? dataset.Version : await ReadLatestAsync(caller, dataset, cancellationToken);
            return await GetAsync(caller, dataset, dataset.PathOf(version), cancellationToken);
        }
        catch (HttpRequestException)
        {
            throw new ApiException(new ApiError(503, "service_unavailable", "The service that holds datasets is away. Please try again.") { RetryAfterSeconds = 2 });
        }
    }

    public void Dispose() => _kept.Dispose();

    private async Task<ExampleSet> GetAsync(Caller caller, DatasetReference dataset, string path, CancellationToken cancellationToken)
    {
        var key = (caller.ProjectId, path);
        if (_kept.TryGetValue(key, out ExampleSet? kept))
        {
            return kept!;
        }

        // Not cancelled with the first who asked: others wait for it too.
        var build = _building.GetOrAdd(key, _ => new Lazy<Task<ExampleSet>>(() => BuildAsync(caller, dataset, path)));
        try
        {
            return await build.Value.WaitAsync(cancellationToken);
        }
        finally
        {
            if (build.Value.IsCompleted)
            {
                _building.TryRemove(KeyValuePair.Create(key, build));
            }
        }
    }

    private async Task<string> ReadLatestAsync(Caller caller, DatasetReference dataset, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(caller, dataset, $"/v1/datasets/{Uri.EscapeDataString(dataset.Id)}/versions/{DatasetReference.Latest}", cancellationToken);
        using var version = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancellationToken), default, cancellationToken);
        return version.RootElement.GetProperty("id").GetString()!;
    }

    private async Task<ExampleSet> BuildAsync(Caller caller, DatasetReference dataset, string path)
    {
        using var response = await SendAsync(caller, dataset, path, CancellationToken.None);
        var version = response.Headers.TryGetValues(VersionHeader, out var named) ? named.First() : dataset.Version;
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        var items = new List<ExampleItem>();
        var size = 0L;
        while (await lines.ReadLineAsync() is { } line)
        {
            using var document = JsonDocument.Parse(line);
            items.Add(ExampleItem.Read(document.RootElement));
            size += items[^1].SizeBytes;
            if (items.Count > options.Value.ExampleItems || size > options.Value.ExampleBytes / 4)
            {
                throw new ApiException(ApiErrors.BadRequest(
                    $"The dataset '{dataset.Id}' is too large to choose from: at most {options.Value.ExampleItems:N0} items (Retrieval:ExampleItems) and {options.Value.ExampleBytes / 4:N0} bytes. Name a split, or make a smaller version.",
                    "dataset", "dataset_too_large"));
            }
        }

        var built = new ExampleSet(version, items);
        _kept.Set((caller.ProjectId, path), built, new MemoryCacheEntryOptions { Size = built.SizeBytes });
        return built;
    }

    private async Task<HttpResponseMessage> SendAsync(Caller caller, DatasetReference dataset, string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Options.Set(InternalTokenHandler.OnBehalfOf, caller);
        var response = await clients.CreateClient(SourceFiles.ClientName).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest)
        {
            response.Dispose();
            throw new ApiException(ApiErrors.NotFound($"There is no dataset '{dataset.Id}' with the version '{dataset.Version}'{(dataset.Split is null ? "" : $" and the split '{dataset.Split}'")}.", "dataset"));
        }

        return response.EnsureSuccessStatusCode();
    }
}
