using LlmGateway.LocalModel;
using LlmGateway.Service;
using LlmGateway.ServiceDefaults;

// The provider that needs no key, in its own process.
return await HostStart.RunAsync(args, () =>
{
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddConfigurationFile(args);
    builder.AddServiceDefaults();
    builder.AddLocalModel();

    var app = builder.Build();
    app.UseServiceFoundation();
    app.MapDefaultEndpoints();
    app.MapLocalModel();
    return app;
});
