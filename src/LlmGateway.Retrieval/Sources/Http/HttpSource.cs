using System.Text.Json;
using LlmGateway.Service;
using Microsoft.Extensions.Options;

namespace LlmGateway.Retrieval.Sources.Http;

/// <summary>Asks a JSON service by the one path that the configuration gives it. Redirects are not followed: they could lead anywhere.</summary>
internal sealed class HttpSource(IHttpClientFactory clients, IOptions<SourceOptions> options)
{
    public const string ClientName = "retrieval.sources";

    /// <exception cref="ApiException">The arguments do not fit (400), or the service is away, late, or answers with something else (502, 503).</exception>
    public async Task<SourceResult> AskAsync(Source source, HttpConnectionOptions connection, JsonElement arguments, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, HttpArguments.Read(arguments, connection));
        foreach (var (name, value) in connection.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(source.Timeout);
        try
        {
            using var response = await clients.CreateClient(ClientName).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return response.IsSuccessStatusCode
                ? new SourceResult { SourceId = source.Id, Data = await ReadAsync(response, limit.Token), Truncated = false, DurationMs = 0 }
                : throw Failed($"The service answered with the status {(int)response.StatusCode}.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed($"The service took longer than {source.Timeout.TotalSeconds:0.###} s.");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new ApiException(SourceErrors.Away());
        }
        catch (JsonException)
        {
            throw Failed("The service answered with something else than JSON.");
        }
    }

    private async Task<JsonElement> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var limit = options.Value.SourceBytes;
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var bytes = new byte[limit + 1];
        var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return length > limit
            ? throw Failed($"The service's answer has more than {limit:N0} bytes (Retrieval:SourceBytes). Ask for less.")
            : JsonElement.Parse(bytes.AsSpan(0, length));
    }

    private static ApiException Failed(string message) => new(new ApiError(502, "source_failed", message));
}
