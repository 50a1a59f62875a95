using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Datasets;
using LlmGateway.Messaging;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Benchmarks.Datasets;

/// <summary>Datasets on a real server in this process, and a client of it.</summary>
internal sealed class DatasetsServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private DatasetsServer(WebApplication app) => _app = app;

    /// <summary>The store as a gateway in the same process sees it.</summary>
    public IInferenceSink Sink => _app.Services.GetRequiredService<IInferenceSink>();

    /// <param name="folder">The data folder.</param>
    /// <param name="store">Connection string of a server; null for the embedded store.</param>
    public static async Task<DatasetsServer> StartAsync(string folder, string? store)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration[DataFolder.Key] = folder;
        builder.Configuration[$"{ServiceOptions.Section}:{nameof(ServiceOptions.InternalKey)}"] = "an internal key for a benchmark only";
        builder.Configuration["ConnectionStrings:datasets"] = store;
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.AddDatasets();
        builder.AddLlmGatewayBus(_ => { });
        var app = builder.Build();
        app.UseServiceFoundation();
        app.MapDatasets();
        await app.StartAsync();
        return new DatasetsServer(app);
    }

    /// <summary>Sends JSON and reads the answer, whatever time it takes.</summary>
    public async Task<JsonElement> PostAsync(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        return await PostAsync(path, content);
    }

    public async Task<JsonElement> PostAsync(string path, HttpContent content)
    {
        // A token lives for a minute, so each request has its own.
        using var client = new HttpClient { BaseAddress = new Uri(_app.Urls.First()), Timeout = Timeout.InfiniteTimeSpan };
        var token = _app.Services.GetRequiredService<InternalToken>().Issue(ServiceNames.Datasets, new Caller(Caller.DefaultProject, "key_bench", Scopes.Data));
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await client.PostAsync(path, content);
        var answer = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? JsonElement.Parse(answer) : throw new InvalidOperationException($"{path}: {(int)response.StatusCode} {answer}");
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
