using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using LlmGateway.Evaluation;
using LlmGateway.Messaging;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Benchmarks.Evaluation;

/// <summary>The service on a real server over an embedded store in a folder of its own, which goes with it.</summary>
internal sealed class EvaluationServer : IAsyncDisposable
{
    private const string InternalKey = "an internal key for a benchmark only";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly Caller Caller = new("proj_bench", null, Scopes.Data | Scopes.Inference);

    private readonly DirectoryInfo _folder;
    private readonly WebApplication _app;
    private readonly HttpClient _http;

    private EvaluationServer(DirectoryInfo folder, WebApplication app)
    {
        (_folder, _app) = (folder, app);
        _http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public static async Task<EvaluationServer> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("llmgateway-evaluation-");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration[DataFolder.Key] = folder.FullName;
        builder.Configuration[$"{ServiceOptions.Section}:{nameof(ServiceOptions.InternalKey)}"] = InternalKey;
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.AddEvaluation();
        builder.AddLlmGatewayBus(bus => bus.AddEvaluationConsumers());
        var app = builder.Build();
        app.UseServiceFoundation();
        app.MapEvaluation();
        await app.StartAsync();
        return new EvaluationServer(folder, app);
    }

    public async Task<string> CreateEvalAsync(JsonArray graders) => (string)(await PostAsync("/v1/evals", new JsonObject
    {
        ["data_source_config"] = new JsonObject { ["type"] = "custom", ["item_schema"] = new JsonObject { ["type"] = "object" }, ["include_sample_schema"] = true },
        ["testing_criteria"] = graders,
    }))["id"]!;

    /// <summary>Runs recorded outputs from the request to the run's end.</summary>
    /// <param name="eval">The eval.</param>
    /// <param name="field">Which of the recorded outputs.</param>
    /// <param name="items">How many.</param>
    public async Task<(string Run, TimeSpan Elapsed)> RunAsync(string eval, string field, int items)
    {
        var source = new JsonObject { ["type"] = "file_content", ["content"] = new JsonArray([.. Enumerable.Range(0, items).Select(Item)]) };
        var body = new JsonObject { ["data_source"] = new JsonObject { ["type"] = "completions", ["model"] = $"replay/source#{field}", ["source"] = source } };
        var start = Stopwatch.GetTimestamp();
        var run = (string)(await PostAsync($"/v1/evals/{eval}/runs", body))["id"]!;
        while ((string)(await SendAsync(HttpMethod.Get, $"/v1/evals/{eval}/runs/{run}", null))["status"]! is "queued" or "in_progress")
        {
            await Task.Delay(Pause);
        }

        return (run, Stopwatch.GetElapsedTime(start));
    }

    public Task<JsonNode> PostAsync(string path, JsonObject body) => SendAsync(HttpMethod.Post, path, body);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>The first output is right for two in three, the second for three in four, and both are near the answer else.</summary>
    private static JsonObject Item(int index)
    {
        var answer = $"The parcel {index} leaves the warehouse in {index % 17} days and arrives on the {index % 28}th.";
        var item = new JsonObject
        {
            ["question"] = $"When does parcel number {index} leave, and when will it be delivered to me?",
            ["answer"] = answer,
            ["first"] = index % 3 != 0 ? answer : $"Parcel {index} arrives on the {index % 5}th.",
            ["second"] = index % 4 != 0 ? answer : $"It leaves in {index % 7} days.",
        };
        return new JsonObject { ["item"] = item };
    }

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, JsonObject? body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _app.Services.GetRequiredService<InternalToken>().Issue(ServiceNames.Evaluation, Caller));
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? JsonNode.Parse(text)! : throw new InvalidOperationException($"{method} {path}: {(int)response.StatusCode} {text}");
    }
}
