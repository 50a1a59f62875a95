using System.Net;
using System.Text.Json;
using LlmGateway.Retrieval.Extraction;
using LlmGateway.Service;
using Microsoft.Extensions.Options;

namespace LlmGateway.Retrieval.Ingestion;

/// <summary>Reads uploaded files from the service that keeps them.</summary>
internal sealed class SourceFiles(IHttpClientFactory clients, IOptions<RetrievalOptions> options)
{
    public const string ClientName = "retrieval.datasets";

    /// <returns>The file's name and its text.</returns>
    /// <exception cref="UnreadableFileException">There is no such file, it is too large, or it has no text.</exception>
    /// <exception cref="HttpRequestException">The service is away: the same may succeed later.</exception>
    public async Task<(string Name, string Text)> ReadAsync(Caller caller, string fileId, CancellationToken cancellationToken)
    {
        var path = $"/v1/files/{Uri.EscapeDataString(fileId)}";
        using var described = await SendAsync(caller, path, cancellationToken);
        using var description = await JsonDocument.ParseAsync(await described.Content.ReadAsStreamAsync(cancellationToken), default, cancellationToken);
        var name = description.RootElement.GetProperty("filename").GetString()!;
        if (description.RootElement.GetProperty("bytes").GetInt64() > options.Value.MaxFileBytes)
        {
            throw new UnreadableFileException("invalid_file", $"The file has more than {options.Value.MaxFileBytes:N0} bytes (Retrieval:MaxFileBytes). Split it.");
        }

        using var response = await SendAsync(caller, path + "/content", cancellationToken);
        await using var content = await response.Content.ReadAsStreamAsync(cancellationToken);
        return (name, await FileTextReader.ReadAsync(name, content, cancellationToken));
    }

    private async Task<HttpResponseMessage> SendAsync(Caller caller, string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Options.Set(InternalTokenHandler.OnBehalfOf, caller);
        var response = await clients.CreateClient(ClientName).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            response.Dispose();
            throw new UnreadableFileException("invalid_file", "There is no such file. Upload it first, with POST /v1/files.");
        }

        return response.EnsureSuccessStatusCode();
    }
}
