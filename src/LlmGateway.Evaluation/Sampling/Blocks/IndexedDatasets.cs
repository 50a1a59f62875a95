using System.Collections.Concurrent;
using LlmGateway.Evaluation.Sources;
using LlmGateway.Service;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace LlmGateway.Evaluation.Sampling.Blocks;

/// <summary>
/// Dataset versions that runs search. A version never changes: it is read and indexed once, however many runs ask for it, and kept
/// while there is room.
/// </summary>
internal sealed class IndexedDatasets(DatasetsClient datasets, IOptions<EvaluationOptions> options) : IDisposable
{
    private readonly ConcurrentDictionary<(string Project, string Path), Lazy<Task<IndexedDataset>>> _building = new();
    private readonly MemoryCache _kept = new(new MemoryCacheOptions { SizeLimit = options.Value.IndexBytes });

    /// <exception cref="SourceException">The version is gone, or has too many items.</exception>
    /// <exception cref="HttpRequestException">The service that owns it is away: the same may succeed later.</exception>
    public async Task<IndexedDataset> GetAsync(Caller caller, DatasetSource source, CancellationToken cancellationToken)
    {
        var key = (caller.ProjectId, source.Path);
        if (_kept.TryGetValue(key, out IndexedDataset? kept))
        {
            return kept!;
        }

        // Not cancelled with the first who asked: others wait for it too.
        var build = _building.GetOrAdd(key, _ => new Lazy<Task<IndexedDataset>>(() => BuildAsync(caller, source)));
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

    public void Dispose() => _kept.Dispose();

    private async Task<IndexedDataset> BuildAsync(Caller caller, DatasetSource source)
    {
        var items = new List<IndexedItem>();
        await foreach (var line in source.ReadLinesAsync(datasets, caller, CancellationToken.None))
        {
            items.Add(IndexedItem.Read(line.Item, line.Index));
            if (items.Count > options.Value.MaxItems)
            {
                throw new SourceException($"The dataset '{source.Id}' has more than {options.Value.MaxItems} items.");
            }
        }

        var built = new IndexedDataset(items);
        _kept.Set((caller.ProjectId, source.Path), built, new MemoryCacheEntryOptions { Size = built.SizeBytes });
        return built;
    }
}
