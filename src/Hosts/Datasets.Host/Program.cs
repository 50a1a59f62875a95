using LlmGateway.Datasets;
using LlmGateway.Messaging;
using LlmGateway.Service;
using LlmGateway.ServiceDefaults;

// What was logged, in its own process; any number of them share one queue and one database.
return await HostStart.RunAsync(args, () =>
{
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddConfigurationFile(args);
    builder.AddServiceDefaults();
    builder.AddDatasets();
    builder.AddLlmGatewayBus(bus => bus.AddDatasetsConsumers());

    var app = builder.Build();
    app.UseServiceFoundation();
    app.MapDefaultEndpoints();
    app.MapDatasets();
    return app;
});
