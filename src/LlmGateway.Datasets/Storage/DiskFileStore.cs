using LlmGateway.Datasets.Files;
using LlmGateway.Service;
using Microsoft.Extensions.Configuration;

namespace LlmGateway.Datasets.Storage;

/// <summary>Keeps contents in <c>files</c> in the data folder, each under its id, beside an embedded store.</summary>
internal sealed class DiskFileStore(IConfiguration configuration) : IFileStore
{
    private const int BufferBytes = 128 << 10;
    private const int ListedAtOnce = 1000;

    private readonly string _folder = Path.Combine(DataFolder.Get(configuration), "files");

    public async Task WriteAsync(string id, Stream content, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_folder);
        try
        {
            await using var file = new FileStream(PathOf(id), FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferBytes, FileOptions.Asynchronous);
            await content.CopyToAsync(file, BufferBytes, cancellationToken);
        }
        catch
        {
            File.Delete(PathOf(id));
            throw;
        }
    }

    public Task<Stream> OpenAsync(string id, long length, CancellationToken cancellationToken) => Task.FromResult<Stream>(
        new FileStream(PathOf(id), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferBytes, FileOptions.Asynchronous));

    public Task DeleteAsync(string id, CancellationToken cancellationToken)
    {
        if (Directory.Exists(_folder))
        {
            File.Delete(PathOf(id));
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<string>> ListAsync(string above, string below, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>(
        !Directory.Exists(_folder)
            ? []
            : [.. Directory.EnumerateFiles(_folder, StoredFile.IdPrefix + "*").Select(path => Path.GetFileName(path))
                .Where(id => string.CompareOrdinal(id, above) > 0 && string.CompareOrdinal(id, below) < 0)
                .Order(StringComparer.Ordinal).Take(ListedAtOnce)]);

    private string PathOf(string id) => Path.Combine(_folder, id);
}
