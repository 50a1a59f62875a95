using LlmGateway.Console;
using LlmGateway.Datasets;
using LlmGateway.Evaluation;
using LlmGateway.FineTuning;
using LlmGateway.Gateway;
using LlmGateway.Hosts.Standalone;
using LlmGateway.LocalModel;
using LlmGateway.Messaging;
using LlmGateway.Messaging.Events;
using LlmGateway.Retrieval;
using LlmGateway.Service;
using LlmGateway.ServiceDefaults;
using Scalar.AspNetCore;

// Every service in one process, on embedded stores. What differs from the services' own hosts is configuration only.
return await HostStart.RunAsync(args, () =>
{
    // Not the current folder: its files would be watched for changes, however many there are.
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddStandaloneConfiguration(args);
    builder.AddServiceDefaults();
    builder.AddGateway();
    builder.AddDatasets();
    builder.AddEvaluation();
    builder.AddFineTuning();
    builder.AddRetrieval();
    builder.AddLocalModel();
    builder.AddConsole();
    builder.AddLlmGatewayBus(bus =>
    {
        bus.AddGatewayConsumers();
        bus.AddDatasetsConsumers();
        bus.AddEvaluationConsumers();
        bus.AddFineTuningConsumers();
        bus.AddRetrievalConsumers();
        bus.AddEventFeed();
    });
    builder.Services.AddOpenApi();

    var app = builder.Build();
    app.UseConsole();
    app.UseServiceFoundation();
    app.UseGateway();
    app.MapDefaultEndpoints();
    app.MapGateway();
    app.MapDatasets();
    app.MapEvaluation();
    app.MapFineTuning();
    app.MapRetrieval();
    app.MapLocalModel();
    app.MapEventFeed();
    app.MapOpenApi();
    app.MapScalarApiReference();
    app.UseWelcome();
    return app;
});
