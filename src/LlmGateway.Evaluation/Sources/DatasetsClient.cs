using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using LlmGateway.Evaluation.Sampling;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Sources;

/// <summary>Reads files and datasets from the service that owns them, in the name of the run's project.</summary>
internal sealed class DatasetsClient(IHttpClientFactory clients)
{
    public const string ClientName = "evaluation.datasets";

    /// <summary>Opens a resource; null if there is none by that name. Its body is not read yet.</summary>
    /// <exception cref="ApiException">The service is away (503), or refuses.</exception>
    public async Task<HttpResponseMessage?> OpenAsync(Caller caller, string path, CancellationToken cancellationToken)
    {
        try
        {
            var response = await SendAsync(caller, path, cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                return response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest ? null : throw Away();
            }
        }
        catch (HttpRequestException)
        {
            throw Away();
        }
    }

    /// <summary>Reads a resource; null if there is none by that name.</summary>
    /// <exception cref="ApiException">The service is away (503), or refuses.</exception>
    public async Task<JsonElement?> FindAsync(Caller caller, string path, CancellationToken cancellationToken)
    {
        using var response = await OpenAsync(caller, path, cancellationToken);
        return response is null ? null : JsonText.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
    }

    /// <summary>Makes a resource.</summary>
    /// <returns>The resource.</returns>
    /// <exception cref="ApiException">The service refuses, and says itself why (4xx), or is away (503).</exception>
    public async Task<JsonElement> PostAsync(Caller caller, string path, HttpContent content, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
            request.Options.Set(InternalTokenHandler.OnBehalfOf, caller);
            using var response = await clients.CreateClient(ClientName).SendAsync(request, cancellationToken);
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            return response.IsSuccessStatusCode ? JsonText.Parse(body) : throw Refusal(response.StatusCode, body);
        }
        catch (HttpRequestException)
        {
            throw Away();
        }
    }

    /// <summary>Deletes a resource; it is fine if there is none.</summary>
    /// <exception cref="ApiException">The service is away (503).</exception>
    public async Task DeleteAsync(Caller caller, string path, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Delete, path);
            request.Options.Set(InternalTokenHandler.OnBehalfOf, caller);
            using var response = await clients.CreateClient(ClientName).SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode && response.StatusCode != HttpStatusCode.NotFound)
            {
                throw Away();
            }
        }
        catch (HttpRequestException)
        {
            throw Away();
        }
    }

    /// <summary>Reads a resource of JSON lines as items; empty lines are passed over.</summary>
    /// <exception cref="SourceException">It is gone, or a line is no item, with its number.</exception>
    /// <exception cref="HttpRequestException">The service is away: the same may succeed later.</exception>
    public async IAsyncEnumerable<SourcedItem> ReadLinesAsync(
        Caller caller, string path, Func<JsonElement, int, SourcedItem> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var index = 0;
        await foreach (var (number, line) in ReadNumberedAsync(caller, path, JsonLines.MaxLineBytes, cancellationToken))
        {
            yield return ReadItem(line, number, index++, read);
        }
    }

    /// <summary>Reads a resource of JSON lines that this system wrote itself; a line is good until the next one.</summary>
    /// <exception cref="HttpRequestException">The service is away: the same may succeed later.</exception>
    public async IAsyncEnumerable<JsonElement> ReadJsonAsync(Caller caller, string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (_, line) in ReadNumberedAsync(caller, path, JsonLines.MaxCallBytes, cancellationToken))
        {
            yield return line;
        }
    }

    private async IAsyncEnumerable<(int Number, JsonElement Line)> ReadNumberedAsync(
        Caller caller, string path, int maxLineBytes, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await SendAsync(caller, path, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            throw new SourceException("The data is gone.");
        }

        response.EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var (number, line) in JsonLines.ReadAsync(body, maxLineBytes, cancellationToken))
        {
            using var document = ParseLine(line, number);
            yield return (number, document.RootElement);
        }
    }

    private static JsonDocument ParseLine(ReadOnlyMemory<byte> line, int number)
    {
        try
        {
            return JsonDocument.Parse(line);
        }
        catch (JsonException)
        {
            throw new SourceException($"Line {number} is not JSON.");
        }
    }

    private static SourcedItem ReadItem(JsonElement line, int number, int index, Func<JsonElement, int, SourcedItem> read)
    {
        try
        {
            return read(line, index);
        }
        catch (SourceException exception)
        {
            throw new SourceException($"Line {number}: {exception.Message}.");
        }
    }

    private async Task<HttpResponseMessage> SendAsync(Caller caller, string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Options.Set(InternalTokenHandler.OnBehalfOf, caller);
        return await clients.CreateClient(ClientName).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private static ApiException Refusal(HttpStatusCode status, string body)
    {
        if ((int)status is < 400 or >= 500 or 429)
        {
            return Away();
        }

        var error = JsonText.Parse(body).GetProperty("error");
        return new ApiException(new ApiError(
            (int)status, error.GetProperty("code").GetString()!, error.GetProperty("message").GetString()!, error.GetProperty("param").GetString()));
    }

    private static ApiException Away() => new(new ApiError(503, "service_unavailable", "The service that holds files and datasets is away. Please try again.")
    {
        RetryAfterSeconds = 2,
    });
}
