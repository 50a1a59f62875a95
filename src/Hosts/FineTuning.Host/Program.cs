using LlmGateway.FineTuning;
using LlmGateway.Messaging;
using LlmGateway.Service;
using LlmGateway.ServiceDefaults;

// Training jobs, in their own process; any number of them share one queue and one database.
return await HostStart.RunAsync(args, () =>
{
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddConfigurationFile(args);
    builder.AddServiceDefaults();
    builder.AddFineTuning();
    builder.AddLlmGatewayBus(bus => bus.AddFineTuningConsumers());

    var app = builder.Build();
    app.UseServiceFoundation();
    app.MapDefaultEndpoints();
    app.MapFineTuning();
    return app;
});
