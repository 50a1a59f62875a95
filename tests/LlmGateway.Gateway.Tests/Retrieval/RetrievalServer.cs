using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Gateway.Tests.Retrieval;

/// <summary>The retrieval service for tests: a real server that finds what its stores were given, in that order, and remembers what it was asked.</summary>
internal sealed class RetrievalServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, IReadOnlyList<FakePassage>> _stores = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<StoreRequest> _requests = new();
    private int _concurrent;

    private RetrievalServer(WebApplication app) => _app = app;

    /// <summary>What the gateway's configuration says of the service.</summary>
    public (string Key, string? Value) Setting => ("services:retrieval:http:0", _app.Urls.First());

    public IReadOnlyList<StoreRequest> Requests => [.. _requests];

    /// <summary>Answers all requests with this status.</summary>
    public int? Fails { get; set; }

    /// <summary>Holds each request back until so many are there.</summary>
    public int Together { get; set; }

    /// <summary>Never answers.</summary>
    public bool Hangs { get; set; }

    public static async Task<RetrievalServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new RetrievalServer(app);
        app.MapPost("/v1/vector_stores/{id}/search", server.ServeAsync);
        app.MapGet("/v1/vector_stores/{id}/content", server.ServeAsync);
        app.MapMethods("/v1/retrieval/{**id}", ["GET", "POST"], server.ServeAsync);
        await app.StartAsync();
        return server;
    }

    public void Put(string store, params IReadOnlyList<FakePassage> passages) => _stores[store] = passages;

    /// <summary>What a path below <c>/v1/retrieval/</c> answers, as JSON.</summary>
    public void PutAnswer(string path, string json) => _answers[path] = json;

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task ServeAsync(HttpContext http)
    {
        var store = (string)http.GetRouteValue("id")!;
        var body = http.Request.Method == "POST" ? (JsonObject)(await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted))! : [];
        _requests.Enqueue(new StoreRequest(store, body, http.Request.QueryString.Value!, Claims(http.Request)));
        if (Hangs)
        {
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        }

        Interlocked.Increment(ref _concurrent);
        await Eventually.TrueAsync(() => Volatile.Read(ref _concurrent) >= Together, "requests at once", TimeSpan.FromSeconds(30), http.RequestAborted);
        if (Fails is { } status)
        {
            http.Response.StatusCode = status;
        }
        else if (_answers.TryGetValue(store, out var answer))
        {
            await http.Response.WriteAsync(answer, http.RequestAborted);
        }
        else if (_stores.TryGetValue(store, out var passages))
        {
            var limit = (int?)body["max_num_results"] ?? int.MaxValue;
            await http.Response.WriteAsJsonAsync(new { @object = "vector_store.search_results.page", data = passages.Take(limit).Select(passage => passage.ToJson()), has_more = false }, http.RequestAborted);
        }
        else
        {
            http.Response.StatusCode = 404;
            await http.Response.WriteAsJsonAsync(new { error = new { message = $"No vector store found with id '{store}'.", type = "invalid_request_error", param = "vector_store_id", code = "not_found" } }, http.RequestAborted);
        }
    }

    private static JsonElement Claims(HttpRequest request)
    {
        var token = request.Headers.Authorization.ToString()["Bearer lgt_".Length..];
        return JsonElement.Parse(Base64Url.DecodeFromChars(token.AsSpan(0, token.LastIndexOf('.'))));
    }
}

/// <param name="Store">The store.</param>
/// <param name="Body">What was asked.</param>
/// <param name="Query">The address's query.</param>
/// <param name="Claims">The token's claims.</param>
internal sealed record StoreRequest(string Store, JsonObject Body, string Query, JsonElement Claims);

internal sealed record FakePassage(string File, string Text, double Score = 1, int Start = 0)
{
    public object ToJson() => new
    {
        file_id = $"file-{File}",
        filename = $"{File}.txt",
        score = Score,
        attributes = new { lang = "en" },
        content = new[] { new { type = "text", text = Text } },
        span = new { start = Start, end = Start + Text.Length },
    };
}
