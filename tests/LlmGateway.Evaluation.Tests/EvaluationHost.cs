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

namespace LlmGateway.Evaluation.Tests;

/// <summary>The service on a real server over a store of its own; callers hold the system's own internal tokens.</summary>
internal sealed class EvaluationHost : IAsyncDisposable
{
    public const string InternalKey = "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk";
    private static readonly TimeSpan RunDeadline = TimeSpan.FromSeconds(60);

    private readonly WebApplication _app;
    private readonly List<HttpClient> _clients = [];

    private EvaluationHost(WebApplication app)
    {
        _app = app;
        Http = For("proj_a");
    }

    public string Address => _app.Urls.First();

    /// <summary>Speaks for the project <c>proj_a</c>.</summary>
    public HttpClient Http { get; }

    /// <param name="services">Where models, files and datasets are.</param>
    /// <param name="folder">Where the store is.</param>
    /// <param name="connection">PostgreSQL; null for a file in the folder.</param>
    /// <param name="settings">Further configuration.</param>
    public static async Task<EvaluationHost> StartAsync(
        OtherServices services, string folder, string? connection = null, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = folder });
        builder.Configuration["LLMGATEWAY_DATA"] = folder;
        builder.Configuration["Services:InternalKey"] = InternalKey;
        builder.Configuration["ConnectionStrings:evaluation"] = connection;
        builder.Configuration["services:gateway:http:0"] = services.Address;
        builder.Configuration["services:datasets:http:0"] = services.Address;
        builder.Configuration["Evaluation:FirstPause"] = "00:00:00.010";
        builder.Configuration["Evaluation:Leases:Sweep"] = "00:00:00.500";
        foreach (var (key, value) in settings)
        {
            builder.Configuration[key] = value;
        }

        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.AddServiceDefaults();
        builder.AddEvaluation();
        builder.AddLlmGatewayBus(bus => bus.AddEvaluationConsumers());
        var app = builder.Build();
        app.UseServiceFoundation();
        app.MapEvaluation();
        // The bus keeps the first host's logger in a static, and that host may be gone.
        LogContext.ConfigureCurrentLogContext(app.Services.GetRequiredService<ILoggerFactory>());
        await app.StartAsync();
        return new EvaluationHost(app);
    }

    /// <summary>A client that speaks for a project, however long the test takes: a token lives for a minute.</summary>
    public HttpClient For(string project, Scopes scopes = Scopes.Data | Scopes.Inference)
    {
        var client = new HttpClient(new FreshToken(() => Token(project, scopes))) { BaseAddress = new Uri(Address) };
        _clients.Add(client);
        return client;
    }

    public string Token(string project, Scopes scopes = Scopes.Data | Scopes.Inference) =>
        _app.Services.GetRequiredService<InternalToken>().Issue(ServiceNames.Evaluation, new Caller(project, "key_test", scopes));

    public async Task<string> CreateEvalAsync(object criteria, object? schema = null, bool sample = true)
    {
        var eval = await Http.PostJsonAsync("/v1/evals", new
        {
            name = "test",
            data_source_config = new { type = "custom", item_schema = schema ?? new { type = "object" }, include_sample_schema = sample },
            testing_criteria = criteria,
        });
        return eval.Text("id");
    }

    public async Task<string> StartRunAsync(string eval, object dataSource, string? name = null) =>
        (await Http.PostJsonAsync($"/v1/evals/{eval}/runs", new { name, data_source = dataSource })).Text("id");

    /// <summary>Waits for a run's end.</summary>
    public async Task<JsonElement> EndedAsync(string eval, string run)
    {
        JsonElement last = default;
        await Eventually.TrueAsync(
            async _ =>
            {
                last = await Http.GetJsonAsync($"/v1/evals/{eval}/runs/{run}");
                return last.Text("status") is not ("queued" or "in_progress");
            },
            $"run {run} ends",
            RunDeadline);
        return last;
    }

    public async Task<JsonElement> RunAsync(string eval, object dataSource, string? name = null) =>
        await EndedAsync(eval, await StartRunAsync(eval, dataSource, name));

    public async Task<IReadOnlyList<JsonElement>> ItemsAsync(string eval, string run) =>
        [.. (await Http.GetJsonAsync($"/v1/evals/{eval}/runs/{run}/output_items?limit=100")).GetProperty("data").EnumerateArray()];

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
    }
}

internal static class HttpJson
{
    public static async Task<JsonElement> GetJsonAsync(this HttpClient client, string path) => await (await client.GetAsync(path)).JsonAsync();

    public static async Task<JsonElement> PostJsonAsync(this HttpClient client, string path, object body) =>
        await (await client.PostAsJsonAsync(path, body)).JsonAsync();

    /// <summary>The error of a request that is refused.</summary>
    public static async Task<(HttpStatusCode Status, string Message, string? Param)> RefusedAsync(this Task<HttpResponseMessage> sent)
    {
        using var response = await sent;
        var text = await response.Content.ReadAsStringAsync();
        Assert.False(response.IsSuccessStatusCode, text);
        var error = JsonSerializer.Deserialize<JsonElement>(text).GetProperty("error");
        return (response.StatusCode, error.Text("message"), error.GetProperty("param").GetString());
    }

    public static string Text(this JsonElement element, string member) => element.GetProperty(member).GetString()!;

    private static async Task<JsonElement> JsonAsync(this HttpResponseMessage response)
    {
        using var owned = response;
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode} {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }
}
