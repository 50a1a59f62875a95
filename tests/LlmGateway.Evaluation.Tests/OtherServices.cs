using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using LlmGateway.Evaluation.Tests.Experiments;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Evaluation.Tests;

/// <summary>The gateway and Datasets as evaluation sees them: a real server with files, datasets and a model that says what a test wants.</summary>
internal sealed class OtherServices : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OtherServices(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    /// <summary>Files by id, as JSON lines.</summary>
    public ConcurrentDictionary<string, string> Files { get; } = new();

    /// <summary>What Datasets was told of versions in use, by the user.</summary>
    public ConcurrentDictionary<string, JsonElement> Uses { get; } = new();

    /// <summary>Datasets by <c>id/version/split</c>, as JSON lines of their items.</summary>
    public ConcurrentDictionary<string, string> Datasets { get; } = new();

    /// <summary>The inference log's lines by the id of their call.</summary>
    public ConcurrentDictionary<string, string> Calls { get; } = new();

    /// <summary>The queries by which the log was read.</summary>
    public ConcurrentQueue<IQueryCollection> CallQueries { get; } = new();

    /// <summary>Pages of annotation queues' results by <c>id</c>, and by <c>id/last id</c> for further ones.</summary>
    public ConcurrentDictionary<string, string> AnnotationResults { get; } = new();

    /// <summary>Feedback by its idempotency key.</summary>
    public ConcurrentDictionary<string, JsonElement> Feedback { get; } = new();

    /// <summary>The status with which feedback is answered.</summary>
    public Func<JsonElement, int> FeedbackStatus { get; set; } = _ => 200;

    /// <summary>What the model says to a request, with the status.</summary>
    public Func<JsonElement, (int Status, string Text)> Model { get; set; } = _ => (200, "yes");

    /// <summary>Bodies of the model's requests, in the order of their arrival.</summary>
    public ConcurrentQueue<JsonElement> Requests { get; } = new();

    /// <summary>The parts of the gateway's cache that the model's requests were kept in; empty for the common one.</summary>
    public ConcurrentQueue<string> CacheNamespaces { get; } = new();

    /// <summary>A text's vector.</summary>
    public Func<string, float[]> Embedding { get; set; } = text => [text.Length, 1];

    /// <summary>Experiments that run.</summary>
    public ExperimentServer Experiments { get; } = new();

    /// <summary>How often each path was asked for.</summary>
    public ConcurrentDictionary<string, int> Visits { get; } = new();

    /// <summary>The credentials that the last request of each path came with.</summary>
    public ConcurrentDictionary<string, string> Credentials { get; } = new();

    public static async Task<OtherServices> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var services = new OtherServices(app);
        app.Run(services.ServeAsync);
        await app.StartAsync();
        return services;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>The text of a request's last message.</summary>
    public static string LastMessage(JsonElement request) => (request.TryGetProperty("input", out var input) ? input : request.GetProperty("messages")).EnumerateArray().Last().GetProperty("content").GetString()!;

    private Task ServeAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        Visits.AddOrUpdate(path, 1, (_, visits) => visits + 1);
        Credentials[path] = context.Request.Headers.Authorization.ToString();
        return path.Split('/') switch
        {
            [_, "v1", "files", var id, "content"] => SendAsync(context, Files.GetValueOrDefault(id)),
            [_, "v1", "datasets", var id, "versions", var version, "export"] => SendAsync(
                context, Datasets.GetValueOrDefault($"{id}/{version}/{context.Request.Query["split"]}"), id),
            [_, "v1", "inferences", "export"] => SendCallsAsync(context),
            [_, "v1", "annotation_queues", var id, "results"] => SendAsync(
                context, AnnotationResults.GetValueOrDefault(context.Request.Query["after"].ToString() is { Length: > 0 } after ? $"{id}/{after}" : id)),
            [_, "v1", "inferences"] => ListCallsAsync(context),
            [_, "v1", "inferences", var id] => SendAsync(context, Calls.GetValueOrDefault(id)),
            [_, "v1", "feedback"] => TakeFeedbackAsync(context),
            [_, "internal", "dataset_uses"] => KeepAsync(context),
            [_, "internal", "experiments"] => Experiments.ListAsync(context),
            [_, "internal", "experiments", var id, "decisions"] => Experiments.DecideAsync(context, id),
            [_, "internal", "exposures"] => Experiments.TellSumsAsync(context),
            [_, "v1", "embeddings"] => EmbedAsync(context),
            _ => AnswerAsync(context),
        };
    }

    private static Task SendAsync(HttpContext context, string? lines, string? dataset = null)
    {
        context.Response.StatusCode = lines is null ? 404 : 200;
        if (dataset is not null)
        {
            context.Response.Headers["x-llmgateway-dataset-version"] = $"{dataset}-v7";
        }

        return context.Response.WriteAsync(lines ?? "");
    }

    private Task SendCallsAsync(HttpContext context)
    {
        CallQueries.Enqueue(context.Request.Query);
        var ids = context.Request.Query["ids"].ToString();
        return SendAsync(context, string.Join('\n', Calls.OrderByDescending(call => call.Key).Where(call => ids.Length == 0 || ids.Contains(call.Key, StringComparison.Ordinal))
            .Select(call => call.Value).Where(call => IsShadows(call) == (context.Request.Query["purpose"] == "shadow" || ids.Length > 0 && IsShadows(call)))));
    }

    private static bool IsShadows(string call) => call.Contains("\"purpose\":\"shadow\"", StringComparison.Ordinal);

    /// <summary>The oldest first; <c>after</c>, <c>created_after</c> and <c>created_before</c> are obeyed.</summary>
    private Task ListCallsAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var rows = Calls.OrderBy(call => call.Key, StringComparer.Ordinal).Where(call => string.CompareOrdinal(call.Key, query["after"].ToString()) > 0)
            .Select(call => JsonSerializer.Deserialize<JsonElement>(call.Value))
            .Where(row => Created(row) > Time("created_after", DateTimeOffset.MinValue) && Created(row) < Time("created_before", DateTimeOffset.MaxValue)).ToList();
        return context.Response.WriteAsJsonAsync(new { @object = "list", data = rows, has_more = false });

        DateTimeOffset Time(string name, DateTimeOffset otherwise) => query[name].ToString() is { Length: > 0 } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture) : otherwise;

        static DateTimeOffset Created(JsonElement row) => row.GetProperty("created_at").GetDateTimeOffset();
    }

    private async Task KeepAsync(HttpContext context)
    {
        if (context.Request.Method == "DELETE")
        {
            foreach (var user in context.Request.Query["used_by"].OfType<string>())
            {
                Uses.TryRemove(user, out _);
            }

            return;
        }

        var use = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body);
        Uses[use.GetProperty("used_by").GetString()!] = use;
        await context.Response.WriteAsJsonAsync(use);
    }

    private async Task TakeFeedbackAsync(HttpContext context)
    {
        var said = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body);
        context.Response.StatusCode = FeedbackStatus(said);
        if (context.Response.StatusCode == 200)
        {
            Feedback[said.GetProperty("idempotency_key").GetString()!] = said;
            await context.Response.WriteAsJsonAsync(said);
        }
        else
        {
            await context.Response.WriteAsJsonAsync(new { error = new { message = "no", type = "invalid_request_error", param = "metric", code = "invalid_value" } });
        }
    }

    private static object Response(JsonElement request, string text) => new
    {
        id = "resp_1",
        @object = "response",
        created_at = 1,
        status = "completed",
        model = request.GetProperty("model").GetString(),
        output = new object[]
        {
            new { type = "reasoning", id = "rs_1", summary = new[] { new { type = "summary_text", text = "I thought of it." } } },
            new { type = "message", id = "msg_1", status = "completed", role = "assistant", content = new[] { new { type = "output_text", text, annotations = Array.Empty<object>() } } },
            new { type = "function_call", id = "fc_1", call_id = "call_1", name = "look_up", arguments = "{\"what\":1}" },
        },
        usage = new { input_tokens = 10, output_tokens = 3, total_tokens = 13 },
    };

    private async Task AnswerAsync(HttpContext context)
    {
        var request = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body);
        Requests.Enqueue(request);
        CacheNamespaces.Enqueue(context.Request.Headers["x-llmgateway-cache-namespace"].ToString());
        var (status, text) = Model(request);
        context.Response.StatusCode = status;
        context.Response.Headers["x-llmgateway-inference-id"] = "0190a5e0-0000-7000-8000-000000000001";
        context.Response.Headers["x-llmgateway-cost"] = "0.00025";
        object body = status == 200 && context.Request.Path == "/v1/responses" ? Response(request, text)
            : status == 200 ? new
            {
                id = "chatcmpl-1",
                @object = "chat.completion",
                created = 1,
                model = request.GetProperty("model").GetString(),
                choices = new[] { new { index = 0, message = new { role = "assistant", content = text }, finish_reason = "stop" } },
                usage = new { prompt_tokens = 10, completion_tokens = 3, total_tokens = 13 },
            }
            : new { error = new { message = text, type = "server_error", param = (string?)null, code = "upstream_error" } };
        await context.Response.WriteAsJsonAsync(body);
    }

    private async Task EmbedAsync(HttpContext context)
    {
        var request = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body);
        var data = request.GetProperty("input").EnumerateArray()
            .Select((text, index) => new { @object = "embedding", index, embedding = Embedding(text.GetString()!) });
        await context.Response.WriteAsJsonAsync(new { @object = "list", data, model = "local/embedding", usage = new { prompt_tokens = 1, total_tokens = 1 } });
    }
}
