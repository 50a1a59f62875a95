namespace LlmGateway.Datasets.Versions.Sources;

/// <summary>Where the items of a version come from.</summary>
internal interface IItemSource
{
    /// <summary>The items in their order, as they come; few are in memory at a time.</summary>
    /// <param name="dropped">Takes what is left out.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="Service.ApiException">The source is not what it should be (400).</exception>
    IAsyncEnumerable<ItemDraft> ReadAsync(DropCounts dropped, CancellationToken cancellationToken);
}
