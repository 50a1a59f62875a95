using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Contracts.Datasets;
using LlmGateway.Datasets;
using LlmGateway.Datasets.TrainingChecks;
using LlmGateway.Datasets.Versions.Exports;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LlmGateway.FineTuning.Tests;

/// <summary>
/// What stands around the service, as a real server behind the system's own tokens: files and datasets of projects, and the
/// gateway's register of fine-tuned models.
/// </summary>
internal sealed class Neighbours : IAsyncDisposable
{
    public static readonly string InternalKey = new('k', 32);
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<(string Project, string Path), string> _data = new();

    private Neighbours()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["Services:InternalKey"] = InternalKey;
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.AddServiceFoundation(ServiceNames.Datasets);
        builder.AddServiceFoundation(ServiceNames.Gateway);
        _app = builder.Build();
        _app.UseServiceFoundation();
        _app.MapGet("/v1/{**path}", Read).RequireAuthorization(Policies.Data);
        _app.MapPost("/v1/{**path}", Read).RequireAuthorization(Policies.Data);
        _app.MapGet("/v1/files", ListFiles).RequireAuthorization(Policies.Data);
        _app.MapPost("/v1/files", (Delegate)UploadAsync).RequireAuthorization(Policies.Data).DisableAntiforgery();
        _app.MapPost(TrainingCheckRequest.Path, CheckAsync).RequireAuthorization(Policies.Internal);
        _app.MapPost("/internal/dataset_uses", KeepAsync).RequireAuthorization(Policies.Internal);
        _app.MapDelete("/internal/dataset_uses", Release).RequireAuthorization(Policies.Internal);
        _app.MapPut("/internal/fine_tuned_models/{id}", RegisterAsync).RequireAuthorization(Policies.Internal);
    }

    public string Address => _app.Urls.First();

    /// <summary>Registered models by name.</summary>
    public ConcurrentDictionary<string, JsonObject> Models { get; } = new();

    /// <summary>What Datasets was told of versions in use.</summary>
    public ConcurrentQueue<JsonObject> Uses { get; } = new();

    /// <summary>What is waited for before Datasets is told of a version in use.</summary>
    public Task BeforeUse { get; set; } = Task.CompletedTask;

    /// <summary>Who let go of their versions.</summary>
    public ConcurrentQueue<string> Released { get; } = new();

    /// <summary>Files that the service uploaded, by name.</summary>
    public ConcurrentDictionary<string, string> Uploads { get; } = new();

    /// <summary>USD for 1,000,000 tokens of training; null for unknown.</summary>
    public decimal? TrainingPrice { get; set; }

    /// <summary>Whether Datasets answers as if its store were away.</summary>
    public bool IsAway { get; set; }

    public static async Task<Neighbours> StartAsync()
    {
        var neighbours = new Neighbours();
        await neighbours._app.StartAsync();
        return neighbours;
    }

    public string AddFile(string content, string project = Caller.DefaultProject)
    {
        var id = $"file-{Guid.CreateVersion7():N}";
        _data[(project, $"files/{id}/content")] = content;
        return id;
    }

    /// <summary>A split of a version, which is the newest one then.</summary>
    public void AddSplit(string dataset, int version, string split, string content)
    {
        var path = $"datasets/{dataset}/versions";
        _data[(Caller.DefaultProject, $"{path}/{version}/export?format=openai&split={split}")] = content;
        _data[(Caller.DefaultProject, $"{path}/{version}")] = _data[(Caller.DefaultProject, $"{path}/latest")] = $$"""{"object": "dataset.version", "version": {{version}}}""";
    }

    /// <summary>What a path after <c>/v1/</c> answers, with its query; a POST answers so too, whatever is posted.</summary>
    public void AddAnswer(string path, string json) => _data[(Caller.DefaultProject, path)] = json;

    /// <summary>A client of the service for a project.</summary>
    public HttpClient ClientOf(string address, string project = Caller.DefaultProject, Scopes scopes = Scopes.Data)
    {
        var token = Token(project, scopes);
        var client = new HttpClient { BaseAddress = new Uri(address) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return client;
    }

    public string Token(string project = Caller.DefaultProject, Scopes scopes = Scopes.Data) =>
        _app.Services.GetRequiredService<InternalToken>().Issue(ServiceNames.FineTuning, new Caller(project, "key_test", scopes));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private IResult Read(string path, HttpContext http) =>
        IsAway ? ApiErrors.StoreUnavailable()
        : _data.TryGetValue((http.Caller().ProjectId, path + http.Request.QueryString), out var content) ? Results.Text(content, "application/jsonl")
        : ApiErrors.NotFound("No such object.");

    private IResult ListFiles() =>
        Results.Json(new { data = Uploads.Keys.Select(name => new { id = $"file-{name}", filename = name }), has_more = false });

    private async Task<IResult> UploadAsync(HttpContext http)
    {
        var file = (await http.Request.ReadFormAsync()).Files[0];
        using var reader = new StreamReader(file.OpenReadStream());
        Uploads[file.FileName] = await reader.ReadToEndAsync();
        return Results.Json(new { id = $"file-{file.FileName}" });
    }

    // By the rules of the real one, without its store.
    private async Task<IResult> CheckAsync(TrainingCheckRequest request, HttpContext http, CancellationToken cancellationToken)
    {
        if (IsAway)
        {
            return ApiErrors.StoreUnavailable();
        }

        var method = TrainingMethod.Find(request.Method)!;
        var training = await TrainingCheck.ReadAsync(Open(request.Training!, method, http, cancellationToken), request.Model!, method, null, cancellationToken);
        var validation = request.Validation is { } part
            ? await TrainingCheck.ReadAsync(Open(part, method, http, cancellationToken), request.Model!, method, training, cancellationToken)
            : null;
        return Results.Json(
            TrainingCheck.Report(request, training, validation, new TrainingLeaks(0, 0, "", false), new TrainingPrice(TrainingPrice, null)),
            DatasetsJsonContext.Default.TrainingCheckReport);
    }

    private OpenedExamples Open(TrainingPart part, TrainingMethod method, HttpContext http, CancellationToken cancellationToken)
    {
        var path = part.FileId is { } file ? $"files/{file}/content" : $"datasets/{part.DatasetId}/versions/{part.Version}/export?format=openai&split={part.Split}";
        var content = new MemoryStream(Encoding.UTF8.GetBytes(_data[(http.Caller().ProjectId, path)]));
        return new OpenedExamples("hash", ExampleReader.OfLines(content, method, cancellationToken));
    }

    private async Task<IResult> KeepAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var use = (JsonObject)(await JsonNode.ParseAsync(http.Request.Body, cancellationToken: cancellationToken))!;
        Uses.Enqueue(use);
        await BeforeUse.WaitAsync(cancellationToken);
        return Results.Text(use.ToJsonString(), "application/json");
    }

    private IResult Release(HttpContext http)
    {
        Released.Enqueue(http.Request.Query["used_by"].ToString());
        return Results.Text("{}", "application/json");
    }

    private async Task<IResult> RegisterAsync(string id, HttpContext http)
    {
        Models[id] = (JsonObject)(await JsonNode.ParseAsync(http.Request.Body))!;
        return Results.Text(JsonSerializer.Serialize(new { id, @object = "model" }), "application/json");
    }
}
