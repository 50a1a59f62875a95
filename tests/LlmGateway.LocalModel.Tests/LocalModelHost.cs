using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmGateway.LocalModel.Tests;

/// <summary>The module on a real server on a free port, called as a service of the system calls it.</summary>
internal sealed class LocalModelHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private LocalModelHost(WebApplication app)
    {
        _app = app;

        // By the machine's clock: a test that runs ahead of it by minutes does not outlive its tokens.
        var tokens = new InternalToken(app.Services.GetRequiredService<IOptions<ServiceOptions>>(), TimeProvider.System);
        var handler = new InternalTokenHandler(tokens, ServiceNames.LocalModel) { InnerHandler = new SocketsHttpHandler() };
        Client = new HttpClient(handler) { BaseAddress = new Uri(app.Urls.First() + LocalModelService.BasePath + "/") };
    }

    public HttpClient Client { get; }

    public static Task<LocalModelHost> StartAsync(params string[] arguments) => StartAsync(TimeProvider.System, arguments);

    public static async Task<LocalModelHost> StartAsync(TimeProvider time, params string[] arguments)
    {
        var builder = WebApplication.CreateSlimBuilder(arguments);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(time);
        builder.Configuration["Services:InternalKey"] = new string('k', 32);
        builder.AddLocalModel();
        var app = builder.Build();
        app.UseServiceFoundation();
        app.MapLocalModel();
        await app.StartAsync();
        return new LocalModelHost(app);
    }

    public async Task<(int Status, JsonElement Json)> PostAsync(string path, string body, string? fault = null)
    {
        using var response = await SendAsync(path, body, fault);
        return ((int)response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    public async Task<HttpResponseMessage> SendAsync(string path, string body, string? fault = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (fault is not null)
        {
            request.Headers.Add("x-local-fault", fault);
        }

        return await Client.SendAsync(request);
    }

    /// <summary>The data of a stream's events, the last of which may be [DONE].</summary>
    public async Task<IReadOnlyList<string>> StreamAsync(string path, string body)
    {
        using var response = await SendAsync(path, body);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var text = await response.Content.ReadAsStringAsync();
        return [.. text.Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(line => line[6..])];
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        // Disposal alone does not wait for a training, which would go on to write into the folder.
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
