using LlmGateway.Retrieval.Storage;
using LlmGateway.Retrieval.VectorStores;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Retrieval.Files;

/// <summary>A file that is brought into a store again takes the place of what was there, in the transaction that brings it.</summary>
internal static class FileReplacement
{
    public static async Task ReplaceAsync(this RetrievalDbContext context, string storeId, IReadOnlyCollection<string> fileIds, CancellationToken cancellationToken)
    {
        var known = await context.Files.Where(file => file.VectorStoreId == storeId && fileIds.Contains(file.FileId)).Select(file => file.Id).ToListAsync(cancellationToken);
        if (known.Count > 0)
        {
            await context.Files.Where(file => known.Contains(file.Id)).ExecuteDeleteAsync(cancellationToken);
            await context.DeleteContentAsync(known, cancellationToken);
            await context.RaiseVersionAsync(storeId, cancellationToken);
        }
    }
}
