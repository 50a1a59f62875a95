using LlmGateway.Console.Api;
using LlmGateway.Console.Datasets;
using LlmGateway.Console.Layout;
using LlmGateway.Console.Sessions;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MudBlazor.Services;

namespace LlmGateway.Console;

/// <summary>The console's doors. It is a client of the gateway's public API, with the rights of the key that signed in.</summary>
public static class ConsoleService
{
    /// <summary>Where it lies on its host's address, and on the gateway's.</summary>
    public const string Path = "/console";

    /// <summary>A long prompt is sent whole at each change of its text.</summary>
    private const int MaxMessageBytes = 1 << 20;

    public static void AddConsole(this WebApplicationBuilder builder)
    {
        // Where the program was published there is no such manifest, and nothing to do.
        builder.WebHost.UseStaticWebAssets();
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSection<ConsoleOptions>(ConsoleOptions.Section);
        // Sessions live in this process's memory, so what protects their cookies may too.
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        services.AddSingleton<SessionStore>();
        services.AddSessionCookie();
        services.AddHttpClient(GatewayApi.ClientName, GatewayApi.Configure).AddAsKeyed();
        services.AddSingleton<GatewayApiFactory>();
        services.AddScoped<CircuitSession>();
        services.AddScoped<CircuitHandler, CircuitUse>();
        services.AddScoped(provider => provider.GetRequiredService<GatewayApiFactory>().Create(provider.GetRequiredService<CircuitSession>()));
        services.AddScoped<LiveEvents>();
        services.AddScoped<BrowserScript>();
        services.AddMudServices();
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.Configure<CircuitOptions>(circuits =>
        {
            circuits.DisconnectedCircuitMaxRetained = 20;
            circuits.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(3);
        });
        services.Configure<HubOptions>(hub => hub.MaximumReceiveMessageSize = MaxMessageBytes);
    }

    /// <summary>Answers everything below <see cref="Path"/>; before the host's other middleware, whose errors and callers are the API's.</summary>
    public static void UseConsole(this IApplicationBuilder app) => app.Map(Path, console =>
    {
        console.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = TellOfFailureAsync });
        console.UseMiddleware<PageHeaders>();
        console.UseStatusCodePagesWithReExecute("/not-found");
        console.UseRouting();
        console.UseMiddleware<SessionGuard>();
        console.UseAntiforgery();
        console.UseMiddleware<ForgeryGuard>();
        console.UseEndpoints(endpoints =>
        {
            endpoints.MapStaticAssets().AllowAnonymous();
            endpoints.MapSession();
            endpoints.MapDatasetExport();
            endpoints.MapRazorComponents<App>().AddInteractiveServerRenderMode(mode => mode.ContentSecurityFrameAncestorsPolicy = "'none'");
        });
    });

    /// <summary>For a person; the log has the exception.</summary>
    private static Task TellOfFailureAsync(HttpContext http)
    {
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync("The console failed at this. Please load the page again.");
    }
}
