using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.LocalModel;
using LlmGateway.Messaging;
using LlmGateway.Messaging.Events;
using LlmGateway.Service;
using LlmGateway.ServiceDefaults;
using LlmGateway.TestKit;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LlmGateway.FineTuning.Tests;

/// <summary>The service on a real server, with the real local model beside it as its backend <c>local</c>.</summary>
internal sealed class FineTuningHost : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly WebApplication _app;
    private readonly WebApplication _localModel;
    private readonly TempFolder _folder;

    private FineTuningHost(
        Neighbours neighbours, WebApplication localModel, TempFolder folder, (string Key, string? Value)[] settings, Action<IBusRegistrationConfigurator>? bus)
    {
        (Neighbours, _localModel, _folder) = (neighbours, localModel, folder);
        var builder = Prepare(folder, "finetuning");
        builder.Configuration.AddInMemoryCollection(
        [
            new("services:datasets:http:0", neighbours.Address),
            new("services:evaluation:http:0", neighbours.Address),
            new("services:gateway:http:0", neighbours.Address),
            new("services:local-model:http:0", _localModel.Urls.First()),
            new("FineTuning:FirstPoll", "00:00:00.020"),
            new("FineTuning:LongestPoll", "00:00:00.100"),
            new("FineTuning:Leases:Heartbeat", "00:00:00.100"),
        ]);
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value)));
        builder.AddFineTuning();
        builder.AddLlmGatewayBus(configurator =>
        {
            configurator.AddFineTuningConsumers();
            configurator.AddEventFeed();
            bus?.Invoke(configurator);
        });
        // A message for a queue that is not there yet would come back.
        builder.Services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
        _app = builder.Build();
        _app.UseServiceFoundation();
        _app.MapFineTuning();
        _app.MapEventFeed();
        LogContext.ConfigureCurrentLogContext(_app.Services.GetRequiredService<ILoggerFactory>());
    }

    public Neighbours Neighbours { get; }

    public string Address => _app.Urls.First();

    /// <summary>The service's data folder.</summary>
    public string Data => _folder.File("finetuning");

    public IBus Bus => _app.Services.GetRequiredService<IBus>();

    public static async Task<FineTuningHost> StartAsync(
        Neighbours neighbours, Action<IBusRegistrationConfigurator>? bus = null, params (string Key, string? Value)[] settings)
    {
        var folder = new TempFolder();
        var localModel = BuildLocalModel(folder);
        await localModel.StartAsync();
        var host = new FineTuningHost(neighbours, localModel, folder, settings, bus);
        await host._app.StartAsync();
        return host;
    }

    /// <summary>A client that speaks for a project.</summary>
    public HttpClient For(string project = Caller.DefaultProject) => Neighbours.ClientOf(Address, project);

    public async Task<(int Status, JsonElement Json)> PostAsync(string path, object? body, string project = Caller.DefaultProject)
    {
        using var client = For(project);
        using var response = await client.PostAsJsonAsync(path, body);
        return ((int)response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    public async Task<string> CreateAsync(object request, string project = Caller.DefaultProject)
    {
        var (status, json) = await PostAsync("/v1/fine_tuning/jobs", request, project);
        Assert.True(status == 200, json.ToString());
        return json.GetProperty("id").GetString()!;
    }

    public async Task<JsonElement> GetAsync(string path, string project = Caller.DefaultProject)
    {
        using var client = For(project);
        using var response = await client.GetAsync(path);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    public Task<JsonElement> JobAsync(string id) => GetAsync($"/v1/fine_tuning/jobs/{id}");

    /// <summary>The job when it has this status.</summary>
    public async Task<JsonElement> ReachAsync(string id, string status)
    {
        JsonElement job = default;
        try
        {
            await Eventually.TrueAsync(async _ => (job = await JobAsync(id)).GetProperty("status").GetString() == status, $"job {status}", Patience);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"not {status}: {job}");
        }

        return job;
    }

    public async Task<List<string>> MessagesAsync(string id) =>
        [.. (await GetAsync($"/v1/fine_tuning/jobs/{id}/events?limit=100&order=asc")).GetProperty("data").EnumerateArray().Select(one => one.GetProperty("message").GetString()!)];

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        // Disposal alone does not wait for a training, which would go on to write into the folder.
        await _localModel.StopAsync();
        await _localModel.DisposeAsync();
        _folder.Dispose();
    }

    private static WebApplication BuildLocalModel(TempFolder folder)
    {
        var builder = Prepare(folder, "local");
        builder.AddLocalModel();
        var app = builder.Build();
        app.UseServiceFoundation();
        app.MapLocalModel();
        return app;
    }

    private static WebApplicationBuilder Prepare(TempFolder folder, string data)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration[DataFolder.Key] = Directory.CreateDirectory(folder.File(data)).FullName;
        builder.Configuration["Services:InternalKey"] = Neighbours.InternalKey;
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.AddServiceDefaults();
        return builder;
    }
}
