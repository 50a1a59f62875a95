using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Console.Sessions;
using LlmGateway.OpenAI;

namespace LlmGateway.Console.Api;

/// <summary>The gateway's public API with one session's key. Answers are read into records that name only what is shown.</summary>
/// <param name="http">With the gateway's address.</param>
/// <param name="key">The key, looked up at each request; null where its session has ended.</param>
/// <param name="onRefused">Called where the gateway no longer takes the key.</param>
internal sealed class GatewayApi(HttpClient http, Func<ValueTask<string?>> key, Func<Task> onRefused)
{
    public const string ClientName = "console.gateway";

    /// <summary>What one answer may hold, as text in the server's memory.</summary>
    private const int MaxAnswerBytes = 16 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The API's naming.</summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = null,
    };

    public static void Configure(HttpClient client)
    {
        client.BaseAddress = new Uri($"http://{Service.ServiceNames.Gateway}");
        client.Timeout = Timeout.InfiniteTimeSpan;
        client.MaxResponseContentBufferSize = MaxAnswerBytes;
    }

    /// <exception cref="GatewayException">The gateway refused, or did not answer.</exception>
    public async Task<T> GetAsync<T>(string path, CancellationToken cancellationToken = default) => await SendAsync<T>(HttpMethod.Get, path, null, cancellationToken);

    /// <inheritdoc cref="GetAsync"/>
    public async Task<T> PostAsync<T>(string path, object? body = null, CancellationToken cancellationToken = default) =>
        await SendAsync<T>(HttpMethod.Post, path, body ?? new JsonObject(), cancellationToken);

    /// <inheritdoc cref="GetAsync"/>
    public async Task<T> PutAsync<T>(string path, object body, CancellationToken cancellationToken = default) => await SendAsync<T>(HttpMethod.Put, path, body, cancellationToken);

    /// <inheritdoc cref="GetAsync"/>
    public async Task<T> PatchAsync<T>(string path, object body, CancellationToken cancellationToken = default) => await SendAsync<T>(HttpMethod.Patch, path, body, cancellationToken);

    /// <inheritdoc cref="GetAsync"/>
    public Task<JsonElement> DeleteAsync(string path, CancellationToken cancellationToken = default) => SendAsync<JsonElement>(HttpMethod.Delete, path, null, cancellationToken);

    /// <summary>An answer that is no JSON: a picture, a report.</summary>
    /// <exception cref="GatewayException">The gateway refused, or did not answer.</exception>
    public async Task<string> GetTextAsync(string path, CancellationToken cancellationToken = default)
    {
        using var patience = Limit(cancellationToken);
        using var response = await SendAsync(HttpMethod.Get, path, null, HttpCompletionOption.ResponseContentRead, patience.Token, cancellationToken);
        return await response.Content.ReadAsStringAsync(cancellationToken);
    }

    /// <summary>An answer to be passed on as it comes; whoever asked disposes of it.</summary>
    /// <exception cref="GatewayException">The gateway refused, or did not answer.</exception>
    public Task<HttpResponseMessage> OpenAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, path, null, HttpCompletionOption.ResponseHeadersRead, cancellationToken, cancellationToken);

    /// <summary>The events of a stream, as they come, without OpenAI's end mark.</summary>
    /// <param name="method">How it is asked.</param>
    /// <param name="path">What is asked.</param>
    /// <param name="body">With what; null for nothing.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <param name="onHeaders">Given the answer's headers, before its first event.</param>
    /// <exception cref="GatewayException">The gateway refused, did not answer, or the stream was cut.</exception>
    public async IAsyncEnumerable<JsonElement> StreamAsync(
        HttpMethod method, string path, object? body, [EnumeratorCancellation] CancellationToken cancellationToken, Action<HttpResponseHeaders>? onHeaders = null)
    {
        using var response = await SendAsync(method, path, body, HttpCompletionOption.ResponseHeadersRead, cancellationToken, cancellationToken);
        onHeaders?.Invoke(response.Headers);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var reader = new SseReader();
        while (true)
        {
            while (TryReadEvent(reader) is { } data)
            {
                yield return data;
            }

            var count = await ReadAsync(stream, reader.GetMemory(), cancellationToken);
            if (count == 0)
            {
                yield break;
            }

            reader.Advance(count);
        }
    }

    /// <returns>Null until more has come.</returns>
    private static JsonElement? TryReadEvent(SseReader reader)
    {
        try
        {
            while (reader.TryRead(out var frame))
            {
                var content = SseFrame.Data(frame);
                if (!content.IsEmpty && !SseFrame.IsDone(content))
                {
                    return JsonElement.Parse(content);
                }
            }

            return null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidDataException)
        {
            throw new GatewayException(502, new OpenAIError($"The stream could not be read: {exception.Message}", OpenAIErrorTypes.ServerError, null, "unreadable_stream"));
        }
    }

    private static async Task<int> ReadAsync(Stream stream, Memory<byte> target, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.ReadAsync(target, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            throw Away("The answer was cut off.");
        }
    }

    private async Task<T> SendAsync<T>(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        using var patience = Limit(cancellationToken);
        using var response = await SendAsync(method, path, body, HttpCompletionOption.ResponseContentRead, patience.Token, cancellationToken);
        return (await response.Content.ReadFromJsonAsync<T>(Json, cancellationToken))!;
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, object? body, HttpCompletionOption until, CancellationToken patience, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await key() ?? throw new OperationCanceledException("The session has ended."));
        request.Content = body is null ? null : JsonContent.Create(body, body.GetType(), options: Json);
        try
        {
            var response = await http.SendAsync(request, until, patience);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                throw await RefusedAsync(response, patience);
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw Away("The gateway does not answer.");
        }
    }

    private async Task<GatewayException> RefusedAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var error = OpenAIErrorResponse.Read(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        var failure = new GatewayException((int)response.StatusCode, error ?? new OpenAIError($"The gateway answered with status {(int)response.StatusCode}.", OpenAIErrorTypes.ServerError, null, null));
        if (failure.IsKeyRefused)
        {
            await onRefused();
        }

        return failure;
    }

    private static GatewayException Away(string message) => new(0, new OpenAIError(message, OpenAIErrorTypes.ServerError, null, "connection_failed"));

    private static CancellationTokenSource Limit(CancellationToken cancellationToken)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        return limit;
    }
}

/// <summary>Makes the API's clients.</summary>
internal sealed class GatewayApiFactory(IHttpClientFactory clients)
{
    /// <summary>For a key that is to sign in.</summary>
    public GatewayApi Create(string key) => new(clients.CreateClient(GatewayApi.ClientName), () => ValueTask.FromResult<string?>(key), () => Task.CompletedTask);

    /// <summary>For an open page.</summary>
    public GatewayApi Create(CircuitSession session) => new(
        clients.CreateClient(GatewayApi.ClientName), async () => (await session.FindAsync())?.Key, session.EndAsync);
}
