using System.Net;
using System.Text.Json;
using LlmGateway.Retrieval.Extraction;
using LlmGateway.Service;
using Microsoft.Extensions.Options;

namespace LlmGateway.Retrieval.Ingestion;

/// <summary>Fetches uploaded files from the service that keeps them.</summary>
internal sealed class SourceFiles(IHttpClientFactory clients, IOptions<RetrievalOptions> options)
{
    public const string ClientName = "retrieval.datasets";

    /// <returns>The file, on the disk until it is disposed: formats are read from any place, and memory must not grow with files.</returns>
    /// <exception cref="UnreadableFileException">There is no such file, or it is too large.</exception>
    /// <exception cref="HttpRequestException">The service is away: the same may succeed later.</exception>
    public async Task<SourceFile> FetchAsync(Caller caller, string fileId, CancellationToken cancellationToken)
    {
        var path = $"/v1/files/{Uri.EscapeDataString(fileId)}";
        using var described = await SendAsync(caller, path, cancellationToken);
        using var description = await JsonDocument.ParseAsync(await described.Content.ReadAsStreamAsync(cancellationToken), default, cancellationToken);
        var name = description.RootElement.GetProperty("filename").GetString()!;
        if (description.RootElement.GetProperty("bytes").GetInt64() > options.Value.MaxFileBytes)
        {
            throw UnreadableFileException.Invalid($"The file has more than {options.Value.MaxFileBytes:N0} bytes (Retrieval:MaxFileBytes). Split it.");
        }

        using var response = await SendAsync(caller, path + "/content", cancellationToken);
        var copy = new FileStream(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
            new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous });
        try
        {
            await response.Content.CopyToAsync(copy, cancellationToken);
            copy.Position = 0;
            return new SourceFile(name, copy);
        }
        catch
        {
            await copy.DisposeAsync();
            throw;
        }
    }

    /// <summary>A file of text as it is, such as JSON Lines that are data and not to be searched.</summary>
    /// <returns>The file's name and its text.</returns>
    /// <exception cref="UnreadableFileException">There is no such file, it is too large, or it is no text.</exception>
    /// <exception cref="HttpRequestException">The service is away: the same may succeed later.</exception>
    public async Task<(string Name, string Text)> ReadAsync(Caller caller, string fileId, CancellationToken cancellationToken)
    {
        await using var file = await FetchAsync(caller, fileId, cancellationToken);
        return (file.Name, FileText.ReadPlain(file.Content, cancellationToken));
    }

    private async Task<HttpResponseMessage> SendAsync(Caller caller, string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Options.Set(InternalTokenHandler.OnBehalfOf, caller);
        var response = await clients.CreateClient(ClientName).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            response.Dispose();
            throw UnreadableFileException.Invalid("There is no such file. Upload it first, with POST /v1/files.");
        }

        return response.EnsureSuccessStatusCode();
    }
}

/// <param name="Name">As it was uploaded.</param>
/// <param name="Content">The file.</param>
internal sealed record SourceFile(string Name, Stream Content) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Content.DisposeAsync();
}
