using LlmGateway.Gateway;
using LlmGateway.Gateway.Forwarding;
using LlmGateway.Messaging;
using LlmGateway.Messaging.Events;
using LlmGateway.Service;
using LlmGateway.ServiceDefaults;

// The gateway in its own process; the other services' resources are forwarded to theirs.
return await HostStart.RunAsync(args, () =>
{
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddConfigurationFile(args);
    builder.AddServiceDefaults();
    builder.AddGateway();
    builder.AddForwardedServices(
        ForwardedServices.Datasets, ForwardedServices.Evaluation, ForwardedServices.FineTuning, ForwardedServices.Retrieval, ForwardedServices.Console);
    builder.AddLlmGatewayBus(bus =>
    {
        bus.AddGatewayConsumers();
        bus.AddEventFeed();
    });

    var app = builder.Build();
    app.UseServiceFoundation();
    app.UseGateway();
    app.MapDefaultEndpoints();
    app.MapGateway();
    app.MapEventFeed();
    app.MapForwardedServices();
    return app;
});
