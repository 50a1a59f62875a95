using LlmGateway.Retrieval.Storage;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Retrieval.VectorStores;

/// <summary>Deletes what belongs to a store or a file, in the order in which workers lock rows: the files first.</summary>
internal static class VectorStoreDeletion
{
    public static async Task DeleteStoreAsync(this RetrievalDbContext context, string storeId, CancellationToken cancellationToken)
    {
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var files = context.Files.Where(file => file.VectorStoreId == storeId);

        // Waits for workers that write, and keeps others from writing what would then belong to nothing.
        await files.ExecuteUpdateAsync(set => set.SetProperty(file => file.Fence, file => file.Fence + 1), cancellationToken);
        await context.DocumentTexts.Where(text => files.Any(file => file.Id == text.FileRowId)).ExecuteDeleteAsync(cancellationToken);
        await context.ParentPassages.Where(parent => files.Any(file => file.Id == parent.FileRowId)).ExecuteDeleteAsync(cancellationToken);
        await files.ExecuteDeleteAsync(cancellationToken);
        await context.Chunks.Where(chunk => chunk.VectorStoreId == storeId).ExecuteDeleteAsync(cancellationToken);
        await context.Batches.Where(batch => batch.VectorStoreId == storeId).ExecuteDeleteAsync(cancellationToken);
        await context.VectorStores.Where(store => store.Id == storeId).ExecuteDeleteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public static async Task DeleteFileAsync(this RetrievalDbContext context, string storeId, string fileRowId, CancellationToken cancellationToken)
    {
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await context.Files.Where(file => file.Id == fileRowId).ExecuteDeleteAsync(cancellationToken);
        await context.DeleteContentAsync([fileRowId], cancellationToken);
        await context.RaiseVersionAsync(storeId, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Deletes what was made of files; their rows stay.</summary>
    public static async Task DeleteContentAsync(this RetrievalDbContext context, IReadOnlyCollection<string> fileRowIds, CancellationToken cancellationToken)
    {
        await context.DocumentTexts.Where(text => fileRowIds.Contains(text.FileRowId)).ExecuteDeleteAsync(cancellationToken);
        await context.ParentPassages.Where(parent => fileRowIds.Contains(parent.FileRowId)).ExecuteDeleteAsync(cancellationToken);
        await context.Chunks.Where(chunk => fileRowIds.Contains(chunk.FileRowId)).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>The same where a file came or was changed, so that copies read that file alone. Within a transaction: a version is seen with all that it brought.</summary>
    public static async Task RaiseVersionAsync(this RetrievalDbContext context, string storeId, string fileRowId, CancellationToken cancellationToken)
    {
        await context.RaiseVersionAsync(storeId, cancellationToken);
        await context.Files.Where(file => file.Id == fileRowId).ExecuteUpdateAsync(
            set => set.SetProperty(file => file.ChangedInVersion, context.VectorStores.Where(store => store.Id == storeId).Select(store => store.Version).First()),
            cancellationToken);
    }

    /// <summary>Makes every process's copy of the store old.</summary>
    public static Task RaiseVersionAsync(this RetrievalDbContext context, string storeId, CancellationToken cancellationToken) =>
        context.VectorStores.Where(store => store.Id == storeId).ExecuteUpdateAsync(
            set => set.SetProperty(store => store.Version, store => store.Version + 1), cancellationToken);
}
