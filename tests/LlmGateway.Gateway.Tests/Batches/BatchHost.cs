using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using LlmGateway.Datasets;
using LlmGateway.Gateway.Storage;
using LlmGateway.Messaging;
using LlmGateway.Service;
using LlmGateway.ServiceDefaults;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Gateway.Tests.Batches;

/// <summary>The gateway and the service that keeps its files, on a real server in this process, with a provider <c>test</c>.</summary>
internal sealed class BatchHost : IAsyncDisposable
{
    public const string Chat = "/v1/chat/completions";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private readonly WebApplication _app;
    private readonly TempFolder _data;

    private BatchHost(WebApplication app, TempFolder data, UpstreamServer upstream)
    {
        (_app, _data, Upstream) = (app, data, upstream);
        Http = ClientOf(InProcessGateway.AdminKey);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public UpstreamServer Upstream { get; }

    /// <summary>Signed in with the admin key.</summary>
    public HttpClient Http { get; }

    /// <summary>Starts it; batches are watched and retried at the pace of tests.</summary>
    public static async Task<BatchHost> StartAsync(params (string Key, string? Value)[] settings)
    {
        var (data, upstream, url) = (new TempFolder(), await UpstreamServer.StartAsync(), $"http://127.0.0.1:{FreePort.Next()}");
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = data.Path });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        builder.Configuration.AddInMemoryCollection(
        [
            new(DataFolder.Key, data.Path),
            new("LLMGATEWAY_ADMIN_KEY", InProcessGateway.AdminKey),
            new("Services:InternalKey", new string('k', 32)),
            new("Services:datasets:http:0", url),
            new("Gateway:Providers:test:BaseUrl", upstream.BaseUrl.ToString()),
            // Else it is asked for them, which would count as a call.
            new("Gateway:Providers:test:Models:0", "gpt"),
            new("Gateway:Batches:RetryPause", "00:00:00.010"),
            .. settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value)),
        ]);
        builder.AddServiceDefaults();
        builder.AddGateway();
        builder.AddDatasets();
        builder.AddLlmGatewayBus(bus => bus.AddGatewayConsumers());
        var app = builder.Build();
        // The bus keeps the first host's logger in a static, and that host may be gone.
        LogContext.ConfigureCurrentLogContext(app.Services.GetRequiredService<ILoggerFactory>());
        app.UseServiceFoundation();
        app.MapGateway();
        app.MapDatasets();
        await app.StartAsync();
        return new BatchHost(app, data, upstream);
    }

    public HttpClient ClientOf(string key)
    {
        var client = new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    /// <summary>A line of an input file.</summary>
    public static string Line(string customId, string model = "test/gpt", string url = Chat, string more = "") =>
        $$$"""{"custom_id":"{{{customId}}}","method":"POST","url":"{{{url}}}","body":{"model":"{{{model}}}"{{{more}}},"temperature":1,"messages":[{"role":"user","content":"{{{customId}}}"}]}}""";

    public async Task<string> UploadAsync(string content, string purpose = "batch", HttpClient? client = null)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent(purpose), "purpose" },
            { new ByteArrayContent(Encoding.UTF8.GetBytes(content)), "file", "in.jsonl" },
        };
        using var response = await (client ?? Http).PostAsync("/v1/files", form, Cancel);
        var file = await response.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.True(response.IsSuccessStatusCode, file.ToString());
        return file.GetProperty("id").GetString()!;
    }

    public static async Task<(int Status, JsonElement Body)> PostAsync(HttpClient client, string path, object? body = null)
    {
        using var response = await client.PostAsJsonAsync(path, body ?? new { }, Cancel);
        return ((int)response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>(Cancel));
    }

    public static object Request(string file, string endpoint = Chat) => new { input_file_id = file, endpoint, completion_window = "24h" };

    /// <summary>Makes a batch of these lines.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> CreateAsync(IEnumerable<string> lines, HttpClient? client = null)
    {
        var (status, batch) = await PostAsync(client ?? Http, "/v1/batches", Request(await UploadAsync(string.Join('\n', lines), client: client)));
        Assert.True(status == 200, batch.ToString());
        return batch.GetProperty("id").GetString()!;
    }

    public async Task<JsonElement> UntilAsync(string id, Func<JsonElement, bool> condition, string what)
    {
        JsonElement batch = default;
        await Eventually.TrueAsync(async token => condition(batch = await Http.GetFromJsonAsync<JsonElement>($"/v1/batches/{id}", token)), what, Deadline, Cancel);
        return batch;
    }

    /// <summary>Waits for the batch's end, and insists on how it ended.</summary>
    public async Task<JsonElement> UntilEndedAsync(string id, string status)
    {
        string[] ends = ["completed", "failed", "expired", "cancelled"];
        var batch = await UntilAsync(id, batch => ends.Contains(batch.GetProperty("status").GetString()), status);
        Assert.True(status == batch.GetProperty("status").GetString(), batch.ToString());
        return batch;
    }

    /// <summary>The lines of the batch's output or error file by their custom ids; none without a file.</summary>
    public async Task<Dictionary<string, JsonElement>> ReadAsync(JsonElement batch, string file)
    {
        if (!batch.TryGetProperty($"{file}_file_id", out var id))
        {
            return [];
        }

        var text = await Http.GetStringAsync($"/v1/files/{id.GetString()}/content", Cancel);
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line)).ToDictionary(line => line.GetProperty("custom_id").GetString()!);
    }

    public async Task InStoreAsync(Func<GatewayDbContext, Task> act)
    {
        await using var scope = _app.Services.CreateAsyncScope();
        await act(scope.ServiceProvider.GetRequiredService<GatewayDbContext>());
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        await Upstream.DisposeAsync();
        _data.Dispose();
    }
}
