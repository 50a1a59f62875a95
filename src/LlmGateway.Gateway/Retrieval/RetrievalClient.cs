using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using LlmGateway.Gateway.Retrieval.FileSearch;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Retrieval;

/// <summary>Calls of the service that owns vector stores, in the caller's name.</summary>
internal sealed class RetrievalClient(IHttpClientFactory clients)
{
    public const string ClientName = "gateway.retrieval";

    /// <summary>The longest query that a store is searched with, or a router is asked.</summary>
    private const int MaxQueryLength = 4096;

    /// <summary>More than any window, and the most that the service gives.</summary>
    private const int MostTokens = 2_000_000;

    /// <summary>The purpose of the calls of models that the service makes for a search or a router.</summary>
    private const string ServicesCalls = "retrieval";

    private static readonly MediaTypeHeaderValue Json = new("application/json");

    /// <summary>Who waits has a time-out of its own.</summary>
    public static void Configure(HttpClient client)
    {
        client.BaseAddress = new Uri("http://retrieval");
        client.Timeout = Timeout.InfiniteTimeSpan;
        client.MaxResponseContentBufferSize = 64 << 20;
    }

    /// <summary>The best passages of one store, best first.</summary>
    /// <exception cref="ApiException">As the service has it (4xx), or it does not answer (502, 503).</exception>
    public async Task<IReadOnlyList<Passage>> SearchAsync(Caller caller, string store, PassageQuery query, CancellationToken cancellationToken)
    {
        RefuseCircle(caller);
        var body = new JsonObject
        {
            ["query"] = EndOf(query.Text, MaxQueryLength),
            ["max_num_results"] = query.MaxResults,
        };
        Add(body, "filters", query.Filters);
        Add(body, "ranking_options", query.RankingOptions);
        Add(body, "configuration", query.Configuration);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Path(store)}/search")
        {
            Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, RetrievalJson.Default.JsonObject)) { Headers = { ContentType = Json } },
        };
        var page = await SendAsync(caller, request, query.Param, RetrievalJson.Default.FoundPage, cancellationToken);
        return [.. page.Data.Select(found => found.ToPassage(store))];
    }

    /// <summary>All that a store holds, in its order.</summary>
    /// <exception cref="ApiException">It has more than <see cref="PassageQuery.MaxTokens"/> (400), or as in a search.</exception>
    public async Task<IReadOnlyList<Passage>> ReadAsync(Caller caller, string store, PassageQuery query, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Path(store)}/content?max_tokens={Math.Min(query.MaxTokens, MostTokens)}&model={Uri.EscapeDataString(query.Model)}");
        var page = await SendAsync(caller, request, query.Param, RetrievalJson.Default.FoundPage, cancellationToken);
        return [.. page.Data.Select(found => found.ToPassage(store))];
    }

    /// <summary>Asks a router where a query belongs.</summary>
    /// <returns>A store; null where it is a structured source, or nothing needs to be looked up.</returns>
    /// <exception cref="ApiException">As in a search.</exception>
    public async Task<string?> RouteAsync(Caller caller, string router, string query, string param, CancellationToken cancellationToken)
    {
        RefuseCircle(caller);
        var body = new JsonObject { ["query"] = EndOf(query, MaxQueryLength) };
        return (string?)(await PostAsync(caller, $"/v1/retrieval/routers/{Uri.EscapeDataString(router)}/route", body, param, cancellationToken))["vector_store_id"];
    }

    /// <summary>Any other resource of the service, as JSON.</summary>
    /// <param name="caller">In whose name.</param>
    /// <param name="path">The resource.</param>
    /// <param name="param">The field of the caller's request that wants it, for errors.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ApiException">As the service has it (4xx), or it does not answer (502, 503).</exception>
    public async Task<JsonElement> GetAsync(Caller caller, string path, string param, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await SendAsync(caller, request, param, RetrievalJson.Default.JsonElement, cancellationToken);
    }

    /// <summary>Any other resource of the service that takes and gives JSON.</summary>
    /// <param name="caller">In whose name.</param>
    /// <param name="path">The resource.</param>
    /// <param name="body">What it is asked.</param>
    /// <param name="param">The field of the caller's request that wants it, for errors.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ApiException">As the service has it (4xx), or it does not answer (502, 503).</exception>
    public async Task<JsonObject> PostAsync(Caller caller, string path, JsonObject body, string param, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, RetrievalJson.Default.JsonObject)) { Headers = { ContentType = Json } },
        };
        return await SendAsync(caller, request, param, RetrievalJson.Default.JsonObject, cancellationToken);
    }

    private async Task<T> SendAsync<T>(Caller caller, HttpRequestMessage request, string param, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        request.Options.Set(InternalTokenHandler.OnBehalfOf, caller);
        try
        {
            using var response = await clients.CreateClient(ClientName).SendAsync(request, cancellationToken);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return response.IsSuccessStatusCode
                ? JsonSerializer.Deserialize(body, type) ?? throw new JsonException()
                : throw Relay(response, body, param);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new ApiException(new ApiError(StatusCodes.Status503ServiceUnavailable, "retrieval_unavailable", "The retrieval service does not answer. Please try again.", param) { RetryAfterSeconds = 2 });
        }
        catch (JsonException)
        {
            throw Failed(param, "The retrieval service gave an answer that is none.");
        }
    }

    /// <summary>What the caller did wrong is told as the service tells it; what went wrong there is a bad gateway.</summary>
    private static ApiException Relay(HttpResponseMessage response, ReadOnlySpan<byte> body, string param)
    {
        var status = (int)response.StatusCode;
        var error = ReadError(body);
        var message = error?.Message ?? $"The retrieval service answered with status {status}.";
        return response.StatusCode switch
        {
            HttpStatusCode.NotFound => new ApiException(ApiErrors.NotFound(message, param, error?.Param switch
            {
                "source_id" => "source_not_found",
                "router_id" => "router_not_found",
                "dataset" => "dataset_not_found",
                _ => "vector_store_not_found",
            })),
            HttpStatusCode.ServiceUnavailable => new ApiException(new ApiError(StatusCodes.Status503ServiceUnavailable, "retrieval_unavailable", message, param) { RetryAfterSeconds = 2 }),
            HttpStatusCode.Forbidden => new ApiException(new ApiError(StatusCodes.Status403Forbidden, error?.Code ?? "insufficient_scope", message, param)),
            _ when status is >= 400 and < 500 => new ApiException(ApiErrors.BadRequest(
                message, error?.Param is { } field && field != "vector_store_id" ? $"{param}.{field}" : param, error?.Code ?? "invalid_value")),
            _ => Failed(param, message),
        };
    }

    private static ApiException Failed(string param, string message) => new(new ApiError(StatusCodes.Status502BadGateway, "retrieval_failed", message, param));

    private static FoundError? ReadError(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, RetrievalJson.Default.FoundFailure)?.Error;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A search or a router may ask models, and a model may be a prompt that retrieves: that one would ask itself, for ever.</summary>
    private static void RefuseCircle(Caller caller)
    {
        if (caller.Purpose is ServicesCalls or ConversationQuery.Purpose)
        {
            throw new ApiException(ApiErrors.BadRequest(
                "What retrieves cannot be the model that a search or a router asks: it might ask itself. Name a model or a prompt without retrieval.", "model", "retrieval_in_retrieval"));
        }
    }

    private static string Path(string store) => $"/v1/vector_stores/{Uri.EscapeDataString(store)}";

    /// <summary>What is asked stands at the end of a long message more often than at its begin.</summary>
    /// <returns>At most so many characters, and none of them half.</returns>
    public static string EndOf(string text, int length) =>
        text.Length <= length ? text : text[(char.IsLowSurrogate(text[^length]) ? ^(length - 1) : ^length)..];

    private static void Add(JsonObject body, string name, JsonObject? value)
    {
        if (value is not null)
        {
            body[name] = value.DeepClone();
        }
    }
}
