namespace LlmGateway.Datasets.Versions.Exports;

/// <summary>Writes items to an answer in a file's form.</summary>
internal interface IItemWriter : IDisposable
{
    /// <summary>Writes a page and sends what is ready, waiting while the reader is slow.</summary>
    Task WriteAsync(IReadOnlyList<ItemContent> page, CancellationToken cancellationToken);

    /// <summary>Writes what stands at the end. Without it a file that needs one is broken, as one that was cut short should be.</summary>
    Task CompleteAsync(CancellationToken cancellationToken);
}
