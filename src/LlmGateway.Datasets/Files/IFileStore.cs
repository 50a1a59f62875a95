namespace LlmGateway.Datasets.Files;

/// <summary>Contents of files by their id. What a content belongs to and who may see it, rows say.</summary>
internal interface IFileStore
{
    /// <summary>Writes a content as it comes, holding little of it in memory. If it does not end well, nothing stays.</summary>
    Task WriteAsync(string id, Stream content, CancellationToken cancellationToken);

    /// <summary>Opens a content that was written whole.</summary>
    /// <param name="id">The file.</param>
    /// <param name="length">Its length in bytes, which its row has.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>A stream that can seek.</returns>
    Task<Stream> OpenAsync(string id, long length, CancellationToken cancellationToken);

    /// <summary>Deletes a content; one that is not there is no error.</summary>
    Task DeleteAsync(string id, CancellationToken cancellationToken);

    /// <summary>Ids of contents lower than an id, whole ones and what a killed process left; at most 1,000.</summary>
    Task<IReadOnlyList<string>> ListAsync(string above, string below, CancellationToken cancellationToken);
}
