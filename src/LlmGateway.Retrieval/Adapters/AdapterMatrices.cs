using LlmGateway.Retrieval.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;

namespace LlmGateway.Retrieval.Adapters;

/// <summary>The process's copies of adapters' matrices, which never change once they are accepted; bounded in bytes, the least recently used going first.</summary>
internal sealed class AdapterMatrices : IDisposable
{
    private const long MaxBytes = 256 << 20;

    private readonly MemoryCache _copies = new(new MemoryCacheOptions { SizeLimit = MaxBytes });

    public async Task<LinearAdapter> GetAsync(string id, RetrievalDbContext context, CancellationToken cancellationToken)
    {
        if (_copies.Get<LinearAdapter>(id) is { } copy)
        {
            return copy;
        }

        var bytes = await context.Set<AdapterData>().Where(row => row.AdapterId == id).Select(row => row.Matrix!).SingleAsync(cancellationToken);
        return _copies.Set(id, LinearAdapter.FromBytes(bytes), new MemoryCacheEntryOptions { Size = bytes.Length });
    }

    public void Dispose() => _copies.Dispose();
}
