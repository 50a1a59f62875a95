using LlmGateway.Retrieval.Storage;
using LlmGateway.Text.Classification;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace LlmGateway.Retrieval.Routing;

/// <summary>The process's copies of routers' classifiers, which never change; bounded in bytes, the least recently used going first.</summary>
internal sealed class RouterClassifiers(IOptions<RouterOptions> options) : IDisposable
{
    private readonly MemoryCache _copies = new(new MemoryCacheOptions { SizeLimit = options.Value.RouterBytes });

    /// <exception cref="Service.ApiException">The router was deleted meanwhile (404).</exception>
    public async Task<TextClassifier> GetAsync(string id, RetrievalDbContext context, CancellationToken cancellationToken)
    {
        if (_copies.Get<TextClassifier>(id) is { } copy)
        {
            return copy;
        }

        var bytes = await context.Set<RouterData>().Where(row => row.RouterId == id).Select(row => row.Classifier).SingleOrDefaultAsync(cancellationToken)
            ?? throw RouterLookup.NotFound(id);
        using var reader = new BinaryReader(new MemoryStream(bytes));
        var classifier = TextClassifier.Read(reader);
        return _copies.Set(id, classifier, new MemoryCacheEntryOptions { Size = classifier.SizeBytes });
    }

    public static byte[] Write(TextClassifier classifier)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        classifier.Write(writer);
        writer.Flush();
        return stream.ToArray();
    }

    public void Dispose() => _copies.Dispose();
}
