using LlmGateway.Messaging;
using LlmGateway.Retrieval;
using LlmGateway.Service;
using LlmGateway.ServiceDefaults;

// Vector stores, in their own process; any number of them share one database.
return await HostStart.RunAsync(args, () =>
{
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddConfigurationFile(args);
    builder.AddServiceDefaults();
    builder.AddRetrieval();
    builder.AddLlmGatewayBus(bus => bus.AddRetrievalConsumers());

    var app = builder.Build();
    app.UseServiceFoundation();
    app.MapDefaultEndpoints();
    app.MapRetrieval();
    return app;
});
