using System.Collections.Immutable;
using System.Text.Json;
using LlmGateway.Retrieval.Files;
using LlmGateway.Retrieval.Storage;
using LlmGateway.Retrieval.VectorStores;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LlmGateway.Retrieval.Search;

/// <summary>Copies of which files can be found. Only what changed since is read.</summary>
internal sealed class FileCopies(IServiceScopeFactory scopes, RetrievalMetrics metrics, IOptions<RetrievalOptions> options)
    : StoreCopies<SearchableFiles>(scopes, metrics, options.Value.FileBytes)
{
    protected override async Task<SearchableFiles> UpdateAsync(VectorStore store, SearchableFiles? old, RetrievalDbContext context)
    {
        var since = old?.Version ?? -1;
        var found = context.Files.AsNoTracking().Where(file => file.VectorStoreId == store.Id && file.Status == FileStatus.Completed);
        var files = (old?.Files ?? ImmutableDictionary<string, SearchableFile>.Empty).ToBuilder();
        await foreach (var file in found.Where(file => file.ChangedInVersion > since)
            .Select(file => new { file.Id, file.FileId, file.FileName, file.Attributes }).AsAsyncEnumerable())
        {
            files[file.Id] = new SearchableFile(file.Id, file.FileId, file.FileName ?? "", JsonElement.Parse(file.Attributes));
        }

        // What is gone has left no trace but the number.
        if (await found.CountAsync() != files.Count)
        {
            var left = (await found.Select(file => file.Id).ToListAsync()).ToHashSet(StringComparer.Ordinal);
            files.RemoveRange(files.Keys.Where(id => !left.Contains(id)).ToList());
        }

        return new SearchableFiles(store.Version, files.ToImmutable());
    }
}
