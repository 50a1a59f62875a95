using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace LlmGateway.FineTuning.Tests.Backends;

/// <summary>
/// OpenAI's fine-tuning API as its contract and documentation have it, on a real server: a job goes through its statuses one
/// at each look. It can be told to fail.
/// </summary>
internal sealed class RecordedBackend : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, int> _looks = new();
    private readonly ConcurrentQueue<RequestDelegate> _failures = new();
    private volatile string? _lost;

    private RecordedBackend()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Use(FailAsync);
        foreach (var root in new[] { "/v1", "/openai", "/openai/v1" })
        {
            Map(_app.MapGroup(root));
        }
    }

    public string BaseUrl => $"{_app.Urls.First()}/v1";

    /// <summary>Where Azure has its dated versions.</summary>
    public string AzureUrl => $"{_app.Urls.First()}/openai";

    /// <summary>Requests as they came, with the time.</summary>
    public ConcurrentQueue<(string Path, string Query, string Authorization, string ApiKey, long At)> Requests { get; } = new();

    /// <summary>
    /// Whether it is Azure with a dated version: it wants its own header and version, knows neither metadata nor methods, and takes a file in
    /// after its upload.
    /// </summary>
    public bool IsAzure { get; set; }

    public ConcurrentStack<JsonObject> Files { get; } = new();

    /// <summary>Each is a training run.</summary>
    public ConcurrentStack<JsonObject> Jobs { get; } = new();

    /// <summary>What a job says at each look; the last again and again.</summary>
    public IReadOnlyList<string> Statuses { get; set; } = ["validating_files", "queued", "running", "running", "succeeded"];

    /// <summary>Whether a cancelled job goes on to its end, as one does that was nearly done.</summary>
    public bool IgnoresCancel { get; set; }

    public int Cancels { get; private set; }

    private ConcurrentStack<JsonObject> Events { get; } = new();

    public static async Task<RecordedBackend> StartAsync()
    {
        var backend = new RecordedBackend();
        await backend._app.StartAsync();
        return backend;
    }

    /// <summary>Whether every request is answered by 500.</summary>
    public bool IsDown { get; set; }

    /// <summary>The next request is answered so.</summary>
    public void FailNext(int status, string message = "as the test asked for", string retryAfter = "0") => FailNext(async http =>
    {
        http.Response.Headers.RetryAfter = retryAfter;
        await Results.Json(new { error = new { message, type = "error", param = (string?)null, code = (string?)null } }, statusCode: status).ExecuteAsync(http);
    });

    /// <summary>The next request is answered by what is no answer.</summary>
    public void BabbleNext() => FailNext(http => Results.Text("<html>Welcome</html>").ExecuteAsync(http));

    /// <summary>The next request is not answered.</summary>
    public void HangNext() => FailNext(http => Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default));

    /// <summary>The next request to make something is done, and its answer is lost.</summary>
    public void LoseNextAnswer(string path) => _lost = path;

    /// <summary>The job is gone.</summary>
    public void LoseJobs() => Jobs.Clear();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private void Map(RouteGroupBuilder routes)
    {
        routes.MapGet("/files", () => List(Files));
        routes.MapGet("/files/{id}", TakeIn);
        routes.MapPost("/files", (Delegate)UploadAsync);
        routes.MapGet("/fine_tuning/jobs", () => List(Jobs));
        routes.MapPost("/fine_tuning/jobs", (Delegate)CreateAsync);
        routes.MapGet("/fine_tuning/jobs/{id}", Look);
        routes.MapPost("/fine_tuning/jobs/{id}/cancel", Cancel);
        routes.MapGet("/fine_tuning/jobs/{id}/events", (string id) => List(Events.Where(one => (string?)one["job"] == id)));
        routes.MapGet("/fine_tuning/jobs/{id}/checkpoints", (string id) => List(Checkpoints(id)));
    }

    private void FailNext(RequestDelegate failure) => _failures.Enqueue(failure);

    private async Task FailAsync(HttpContext http, RequestDelegate next)
    {
        Requests.Enqueue((
            http.Request.Path, http.Request.QueryString.ToString(), http.Request.Headers.Authorization.ToString(), http.Request.Headers["api-key"].ToString(), TimeProvider.System.GetTimestamp()));
        if (IsDown)
        {
            http.Response.StatusCode = 500;
        }
        else if (_failures.TryDequeue(out var failure))
        {
            await failure(http);
        }
        else if (http.Request.Method == "POST" && _lost is not null && http.Request.Path.Value!.EndsWith(_lost, StringComparison.Ordinal))
        {
            _lost = null;
            http.Response.Body = new MemoryStream();
            await next(http);
            http.Abort();
        }
        else
        {
            await next(http);
        }
    }

    // Azure's takes a file in while it is looked at.
    private IResult TakeIn(string id)
    {
        var file = Files.First(file => (string?)file["id"] == id);
        file["status"] = "processed";
        return Json(file);
    }

    private async Task<IResult> UploadAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync();
        var file = form.Files["file"]!;
        var made = Node(new { id = $"file-{Guid.CreateVersion7():N}", @object = "file", bytes = file.Length, created_at = Now, filename = file.FileName, purpose = form["purpose"].ToString() });
        made["status"] = IsAzure ? "pending" : "processed";
        Files.Push(made);
        return Json(made);
    }

    private async Task<IResult> CreateAsync(HttpContext http)
    {
        var request = (JsonObject)(await JsonNode.ParseAsync(http.Request.Body))!;
        if (IsAzure && (!http.Request.Headers.ContainsKey("api-key") || !http.Request.Query.ContainsKey("api-version") || request.ContainsKey("metadata") || request.ContainsKey("method")))
        {
            return Results.Json(new { error = new { code = "invalidPayload", message = "The request is not as Azure takes it." } }, statusCode: 400);
        }

        if (!Files.Any(file => (string?)file["id"] == (string?)request["training_file"] && (string?)file["status"] == "processed"))
        {
            return Results.Json(new { error = new { message = $"File {request["training_file"]} does not exist", type = "invalid_request_error", param = "training_file", code = "invalid_training_file" } }, statusCode: 400);
        }

        var job = (JsonObject)JsonNode.Parse("""
            {"object": "fine_tuning.job", "error": null, "fine_tuned_model": null, "finished_at": null, "organization_id": "org-1", "result_files": [],
             "status": "validating_files", "trained_tokens": null, "validation_file": null, "hyperparameters": {"n_epochs": 3, "batch_size": 1, "learning_rate_multiplier": 1.8}}
            """)!;
        job["id"] = $"ftjob-{Guid.CreateVersion7():N}";
        job["created_at"] = Now;
        foreach (var name in new[] { "model", "training_file", "validation_file", "seed", "metadata", "method" })
        {
            job[name] = request[name]?.DeepClone();
        }

        Jobs.Push(job);
        Tell((string)job["id"]!, "Created fine-tuning job");
        return Json(job);
    }

    private IResult Look(string id)
    {
        if (Jobs.FirstOrDefault(job => (string?)job["id"] == id) is not { } job)
        {
            return Results.Json(new { error = new { message = $"Could not find fine tune: {id}", type = "invalid_request_error", param = "fine_tuning_job_id", code = "fine_tune_not_found" } }, statusCode: 404);
        }

        if ((string?)job["status"] != "cancelled")
        {
            var status = Statuses[Math.Min(_looks.AddOrUpdate(id, 0, (_, looks) => looks + 1), Statuses.Count - 1)];
            job["status"] = status;
            Tell(id, $"Now {status}");
            if (status == "succeeded")
            {
                job["fine_tuned_model"] = $"ft:{job["model"]}:org-1::{id[^8..]}";
                job["trained_tokens"] = 4711;
            }
            else if (status == "failed")
            {
                job["error"] = new JsonObject { ["code"] = "invalid_training_file", ["message"] = "The backend found fault with the file.", ["param"] = "training_file" };
            }
        }

        return Json(job);
    }

    private IResult Cancel(string id)
    {
        Cancels++;
        var job = Jobs.First(job => (string?)job["id"] == id);
        if (!IgnoresCancel)
        {
            job["status"] = "cancelled";
        }

        return Json(job);
    }

    private void Tell(string job, string message) =>
        Events.Push(Node(new { id = $"ftevent-{Guid.CreateVersion7():N}", @object = "fine_tuning.job.event", created_at = Now, level = "info", message, type = "message", job }));

    private static IEnumerable<JsonObject> Checkpoints(string id) =>
    [
        Node(new
        {
            id = $"ftckpt_{id}",
            @object = "fine_tuning.job.checkpoint",
            created_at = Now,
            fine_tuned_model_checkpoint = $"ft:x:org-1::{id[^8..]}:ckpt-step-10",
            fine_tuning_job_id = id,
            step_number = 10,
            metrics = new { step = 10, train_loss = 0.5 },
        }),
    ];

    private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    private static JsonObject Node<T>(T value) => (JsonObject)JsonSerializer.SerializeToNode(value)!;

    private static IResult List(IEnumerable<JsonObject> newestFirst) =>
        Json(new JsonObject { ["object"] = "list", ["data"] = new JsonArray([.. newestFirst.Select(one => one.DeepClone())]), ["has_more"] = false });

    private static IResult Json(JsonObject json) => Results.Text(json.ToJsonString(), "application/json");
}
