namespace LlmGateway.Datasets.Versions;

/// <summary>Writes a version's rows by the hundred, for which the store's own way is several times as fast as change tracking.</summary>
internal interface IVersionWriter
{
    /// <summary>Writes all of them in one transaction, and returns after the commit.</summary>
    Task WriteAsync(IReadOnlyList<DatasetItem> items, IReadOnlyList<DatasetDrop> drops, CancellationToken cancellationToken);
}
