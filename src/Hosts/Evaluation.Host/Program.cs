using LlmGateway.Evaluation;
using LlmGateway.Messaging;
using LlmGateway.Service;
using LlmGateway.ServiceDefaults;

// Evals and their runs, in their own process; any number of them share the runs.
return await HostStart.RunAsync(args, () =>
{
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddConfigurationFile(args);
    builder.AddServiceDefaults();
    builder.AddEvaluation();
    builder.AddLlmGatewayBus(bus => bus.AddEvaluationConsumers());

    var app = builder.Build();
    app.UseServiceFoundation();
    app.MapDefaultEndpoints();
    app.MapEvaluation();
    return app;
});
