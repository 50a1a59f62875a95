using System.Net.Http.Headers;
using LlmGateway.Gateway;
using LlmGateway.Messaging;
using LlmGateway.Service;
using LlmGateway.ServiceDefaults;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LlmGateway.TestKit;

/// <summary>
/// The gateway alone on a real server in this process, where its meters and services can be reached. Nothing takes its
/// spool's records.
/// </summary>
public sealed class InProcessGateway : IAsyncDisposable
{
    public const string AdminKey = "sk-lg-test-0123456789abcdef0123456789";

    /// <summary>
    /// A setting by which the provider's models are known: what it lists is known only a moment after the start, and until then it
    /// may have any.
    /// </summary>
    public static readonly (string Key, string? Value) KnownModel = ("Gateway:Providers:test:Models:0", "m");

    private readonly WebApplication _app;
    private readonly TempFolder _data;

    private InProcessGateway(WebApplication app, TempFolder data)
    {
        (_app, _data) = (app, data);
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AdminKey);
    }

    public IServiceProvider Services => _app.Services;

    /// <summary>Signed in with the admin key.</summary>
    public HttpClient Http { get; }

    /// <summary>Starts it with one provider, <c>test</c>.</summary>
    /// <param name="upstream">The provider's address, with its version.</param>
    /// <param name="settings">Further configuration.</param>
    public static Task<InProcessGateway> StartAsync(Uri upstream, params (string Key, string? Value)[] settings) => StartAsync(upstream, TimeProvider.System, settings);

    /// <summary>The same with another clock.</summary>
    /// <param name="upstream">The provider's address, with its version.</param>
    /// <param name="time">The gateway's clock.</param>
    /// <param name="settings">Further configuration.</param>
    public static async Task<InProcessGateway> StartAsync(Uri upstream, TimeProvider time, params (string Key, string? Value)[] settings)
    {
        var data = new TempFolder();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = data.Path });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(
        [
            new(DataFolder.Key, data.Path),
            new("LLMGATEWAY_ADMIN_KEY", AdminKey),
            new("Services:InternalKey", new string('k', 32)),
            new("Gateway:Providers:test:BaseUrl", upstream.ToString()),
            .. settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value)),
        ]);
        builder.Services.AddSingleton(time);
        builder.AddServiceDefaults();
        builder.AddGateway();
        builder.AddLlmGatewayBus(bus => bus.AddGatewayConsumers());
        var app = builder.Build();
        // The bus keeps the first host's logger in a static, and that host may be gone.
        LogContext.ConfigureCurrentLogContext(app.Services.GetRequiredService<ILoggerFactory>());
        app.UseServiceFoundation();
        app.MapGateway();
        await app.StartAsync();
        return new InProcessGateway(app, data);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        _data.Dispose();
    }
}
