using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Retrieval.Tests.Sources;

/// <summary>The service with a database that two projects may ask, and a JSON service that all may.</summary>
public sealed class SourceFixture : IAsyncLifetime
{
    private readonly ShopFile _shop = new();
    private WebApplication _weather = null!;

    internal RetrievalHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _weather = await StartWeatherAsync();
        Host = await RetrievalHost.StartAsync(
            null,
            ("Retrieval:Connections:shop:ConnectionString", _shop.ConnectionString),
            ("Retrieval:Connections:shop:Projects:0", "proj_a"),
            ("Retrieval:Connections:shop:Projects:1", "proj_empty"),
            ("Retrieval:HttpConnections:weather:BaseAddress", _weather.Urls.First() + "/v1/"),
            ("Retrieval:HttpConnections:weather:Path", "cities/{city}/now"),
            ("Retrieval:HttpConnections:weather:Parameters:city:Description", "The city's name."),
            ("Retrieval:HttpConnections:weather:Parameters:days:Type", "integer"),
            ("Retrieval:HttpConnections:weather:Parameters:days:Required", "false"),
            ("Retrieval:HttpConnections:weather:Headers:x-key", "weather-key-1234"),
            ("Retrieval:HttpConnections:weather:Projects:0", "*"));
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await _weather.DisposeAsync();
        _shop.Dispose();
    }

    private static async Task<WebApplication> StartWeatherAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(context =>
        {
            var raw = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
            if (raw.Contains("redirect", StringComparison.Ordinal))
            {
                context.Response.Redirect("/v1/cities/Oslo/now");
                return Task.CompletedTask;
            }

            context.Response.StatusCode = raw.Contains("nowhere", StringComparison.Ordinal) ? 404 : 200;
            return raw.Contains("text", StringComparison.Ordinal) ? context.Response.WriteAsync("sunny")
                : raw.Contains("large", StringComparison.Ordinal) ? context.Response.WriteAsync($"\"{new string('x', 300 << 10)}\"")
                : context.Response.WriteAsync(JsonSerializer.Serialize(
                    new { path = raw.Split('?')[0], query = context.Request.QueryString.Value, has_key = context.Request.Headers["x-key"] == "weather-key-1234" }));
        });
        await app.StartAsync();
        return app;
    }
}
