using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Messaging;
using LlmGateway.Service;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Datasets.Tests;

/// <summary>The module on a real server over a store in a folder; callers hold the system's own internal tokens.</summary>
internal sealed class DatasetsHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<HttpClient> _clients = [];

    private DatasetsHost(WebApplication app) => _app = app;

    /// <param name="folder">The data folder.</param>
    /// <param name="bus">The consumers; none by default.</param>
    /// <param name="configure">Sets what differs, such as the store's connection string.</param>
    public static async Task<DatasetsHost> StartAsync(
        string folder, Action<IBusRegistrationConfigurator>? bus = null, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["LLMGATEWAY_DATA"] = folder;
        builder.Configuration["Services:InternalKey"] = new string('k', 32);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        configure?.Invoke(builder);
        builder.AddDatasets();
        builder.AddLlmGatewayBus(bus ?? (_ => { }));
        var app = builder.Build();
        app.UseServiceFoundation();
        app.MapDatasets();
        // The bus keeps the first host's logger in a static, and that host may be gone.
        LogContext.ConfigureCurrentLogContext(app.Services.GetRequiredService<ILoggerFactory>());
        await app.StartAsync();
        return new DatasetsHost(app);
    }

    /// <summary>The store as a gateway in the same process sees it.</summary>
    public IInferenceSink Sink => _app.Services.GetRequiredService<IInferenceSink>();

    public T Service<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>A client that speaks for a project.</summary>
    public HttpClient For(string project, Scopes scopes = Scopes.Data)
    {
        var token = _app.Services.GetRequiredService<InternalToken>().Issue(ServiceNames.Datasets, new Caller(project, "key_test", scopes));
        var client = new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        _clients.Add(client);
        return client;
    }

    /// <summary>Sends a batch as the gateway does.</summary>
    public Task<HttpResponseMessage> SendAsync(params InferenceFrame[] batch) => SendAsync(Frames.Encode(batch));

    public async Task<HttpResponseMessage> SendAsync(ReadOnlyMemory<byte> batch)
    {
        using var content = new ReadOnlyMemoryContent(batch);
        content.Headers.ContentType = new MediaTypeHeaderValue(InferenceFrameCodec.MediaType);
        return await For(Caller.DefaultProject, Scopes.Internal).PostAsync("/internal/inferences", content);
    }

    /// <summary>Stores a batch and insists that it was taken.</summary>
    public async Task StoreAsync(params InferenceFrame[] batch)
    {
        using var response = await SendAsync(batch);
        response.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await _app.DisposeAsync();
    }
}

internal static class HttpJson
{
    /// <summary>The body as JSON, whatever the status.</summary>
    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response)
    {
        using var owned = response;
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return document.RootElement.Clone();
    }

    public static async Task<JsonElement> GetJsonAsync(this HttpClient client, string path)
    {
        var response = await client.GetAsync(path);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        return await response.JsonAsync();
    }

    /// <summary>The members named <c>id</c> of a list.</summary>
    public static string[] Ids(this JsonElement list) =>
        [.. list.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("id").GetString()!)];

    public static string? Text(this JsonElement element, string member) => element.GetProperty(member).GetString();
}

internal static class Frames
{
    public static ReadOnlyMemory<byte> Encode(params IEnumerable<InferenceFrame> batch)
    {
        var buffer = new ArrayBufferWriter<byte>();
        foreach (var frame in batch)
        {
            InferenceFrameCodec.Write(buffer, frame);
        }

        return buffer.WrittenMemory;
    }
}
