using LlmGateway.Console;
using LlmGateway.Service;
using LlmGateway.ServiceDefaults;

// The console in its own process: the gateway forwards its pages, and it asks the gateway as any client does.
return await HostStart.RunAsync(args, () =>
{
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddConfigurationFile(args);
    builder.AddServiceDefaults();
    builder.AddConsole();

    var app = builder.Build();
    app.UseConsole();
    app.MapDefaultEndpoints();
    return app;
});
