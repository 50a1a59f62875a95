using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.Messaging;
using LlmGateway.Service;
using LlmGateway.ServiceDefaults;
using LlmGateway.TestKit;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Retrieval.Tests;

/// <summary>The service on a real server over a store of its own; callers hold the system's own internal tokens.</summary>
internal sealed class RetrievalHost : IAsyncDisposable
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private const string InternalKey = "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk";

    private readonly WebApplication _app;
    private readonly TempFolder _folder;
    private readonly List<HttpClient> _clients = [];

    private RetrievalHost(WebApplication app, TempFolder folder, OtherServices others, LogLines log)
    {
        (_app, _folder, Others, Log) = (app, folder, others, log);
        Http = For("proj_a");
    }

    /// <summary>Where files and models are.</summary>
    public OtherServices Others { get; }

    /// <summary>What the service logged, warnings and worse.</summary>
    public LogLines Log { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Speaks for the project <c>proj_a</c>.</summary>
    public HttpClient Http { get; }

    /// <param name="connection">PostgreSQL; null for a file in a folder of its own.</param>
    /// <param name="settings">Further configuration.</param>
    public static async Task<RetrievalHost> StartAsync(string? connection = null, params (string Key, string Value)[] settings)
    {
        var folder = new TempFolder();
        var others = await OtherServices.StartAsync();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = folder.Path });
        builder.Configuration[DataFolder.Key] = folder.Path;
        builder.Configuration["Services:InternalKey"] = InternalKey;
        builder.Configuration["ConnectionStrings:retrieval"] = connection;
        builder.Configuration["services:gateway:http:0"] = others.Address;
        builder.Configuration["services:datasets:http:0"] = others.Address;
        foreach (var (key, value) in settings)
        {
            builder.Configuration[key] = value;
        }

        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var log = new LogLines();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.AddServiceDefaults();
        builder.AddRetrieval();
        builder.AddLlmGatewayBus(bus => bus.AddRetrievalConsumers());
        var app = builder.Build();
        app.UseServiceFoundation();
        app.MapRetrieval();
        // The bus keeps the first host's logger in a static, and that host may be gone.
        LogContext.ConfigureCurrentLogContext(app.Services.GetRequiredService<ILoggerFactory>());
        await app.StartAsync();
        return new RetrievalHost(app, folder, others, log);
    }

    /// <summary>A client that speaks for a project, however long the test takes: a token lives for a minute.</summary>
    public HttpClient For(string project, Scopes scopes = Scopes.Data | Scopes.Inference)
    {
        var tokens = _app.Services.GetRequiredService<InternalToken>();
        var caller = new Caller(project, "key_test", scopes);
        var client = new HttpClient(new FreshToken(() => tokens.Issue(ServiceNames.Retrieval, caller))) { BaseAddress = new Uri(_app.Urls.First()) };
        _clients.Add(client);
        return client;
    }

    /// <summary>Makes a store.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> CreateStoreAsync(object? body = null, HttpClient? client = null) =>
        (await (client ?? Http).PostJsonAsync("/v1/vector_stores", body ?? new { })).Text("id");

    /// <summary>Brings a file into a store and waits for its end.</summary>
    /// <returns>The file as it is shown then.</returns>
    public async Task<JsonElement> AddFileAsync(string store, string fileId, object? strategy = null, HttpClient? client = null)
    {
        await (client ?? Http).PostJsonAsync($"/v1/vector_stores/{store}/files", new { file_id = fileId, chunking_strategy = strategy });
        return await EndedAsync(store, fileId, client);
    }

    public async Task<JsonElement> EndedAsync(string store, string fileId, HttpClient? client = null)
    {
        JsonElement file = default;
        await Eventually.TrueAsync(
            async _ =>
            {
                file = await (client ?? Http).GetJsonAsync($"/v1/vector_stores/{store}/files/{fileId}");
                return file.Text("status") != "in_progress";
            },
            $"{fileId} to be taken in",
            Deadline);
        return file;
    }

    private sealed class FreshToken(Func<string> issue) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", issue());
            return base.SendAsync(request, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await _app.DisposeAsync();
        await Others.DisposeAsync();
        _folder.Dispose();
    }
}

/// <summary>One service for the tests of a class, which run one after another; each makes its own stores.</summary>
public sealed class RetrievalFixture : IAsyncLifetime
{
    internal RetrievalHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Host = await RetrievalHost.StartAsync();

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}

internal static class HttpJson
{
    public static async Task<JsonElement> GetJsonAsync(this HttpClient client, string path) => await (await client.GetAsync(path)).JsonAsync();

    public static async Task<JsonElement> PostJsonAsync(this HttpClient client, string path, object body) => await (await client.PostAsJsonAsync(path, body)).JsonAsync();

    /// <summary>The error of a request that is refused.</summary>
    public static async Task<(HttpStatusCode Status, string Message, string? Param)> RefusedAsync(this Task<HttpResponseMessage> sent)
    {
        using var response = await sent;
        var text = await response.Content.ReadAsStringAsync();
        Assert.False(response.IsSuccessStatusCode, text);
        var error = JsonElement.Parse(text).GetProperty("error");
        return (response.StatusCode, error.Text("message"), error.GetProperty("param").GetString());
    }

    public static string Text(this JsonElement element, string member) => element.GetProperty(member).GetString()!;

    private static async Task<JsonElement> JsonAsync(this HttpResponseMessage response)
    {
        using var owned = response;
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode} {text}");
        return JsonElement.Parse(text);
    }
}
