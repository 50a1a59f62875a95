using LlmGateway.Gateway.Background;
using LlmGateway.Gateway.Batches;
using LlmGateway.Gateway.Caching;
using LlmGateway.Gateway.Configuration;
using LlmGateway.Gateway.Dialects.Messages;
using LlmGateway.Gateway.Experiments;
using LlmGateway.Gateway.Forwarding;
using LlmGateway.Gateway.Guardrails;
using LlmGateway.Gateway.Health;
using LlmGateway.Gateway.Keys;
using LlmGateway.Gateway.Limits;
using LlmGateway.Gateway.Limits.Rules;
using LlmGateway.Gateway.Models;
using LlmGateway.Gateway.OwnCalls;
using LlmGateway.Gateway.PreviousResponses;
using LlmGateway.Gateway.Pricing;
using LlmGateway.Gateway.ProjectModels;
using LlmGateway.Gateway.Projects;
using LlmGateway.Gateway.Prompts;
using LlmGateway.Gateway.Prompts.Calls;
using LlmGateway.Gateway.Providers;
using LlmGateway.Gateway.Recording;
using LlmGateway.Gateway.Requests;
using LlmGateway.Gateway.Retrieval;
using LlmGateway.Gateway.Retrieval.FileSearch;
using LlmGateway.Gateway.Routes;
using LlmGateway.Gateway.Routes.Stored;
using LlmGateway.Gateway.SemanticCaching;
using LlmGateway.Gateway.Settings;
using LlmGateway.Gateway.Shadows;
using LlmGateway.Gateway.Sources;
using LlmGateway.Gateway.Spooling;
using LlmGateway.Gateway.Storage;
using LlmGateway.Gateway.Structured;
using LlmGateway.Gateway.Variants;
using LlmGateway.Messaging;
using LlmGateway.Service;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LlmGateway.Gateway;

/// <summary>The gateway's doors.</summary>
public static class GatewayService
{
    public static void AddGateway(this IHostApplicationBuilder builder)
    {
        builder.AddServiceFoundation(ServiceNames.Gateway);
        builder.AddGatewayOptions();
        builder.AddGatewayStorage();
        builder.AddSpool();
        builder.AddResponseCache();
        builder.AddSemanticCaching();
        builder.AddLimits();
        var services = builder.Services;
        services.Configure<KestrelServerOptions>(HeaderLimit.Configure);
        services.AddSingleton<GatewaySettings>();
        services.AddHealthChecks().AddCheck<ConfigurationHealth>("configuration", tags: ["told"]);
        services.AddSingleton<AdminKey>();
        services.AddSingleton<KeyDirectory>();
        services.AddSingleton<FindCallerByKey>(provider => provider.GetRequiredService<KeyDirectory>().FindAsync);
        services.AddSingleton<ConfirmCaller>(provider => provider.GetRequiredService<KeyDirectory>().ConfirmAsync);
        services.AddSingleton<ProjectDirectory>();
        services.AddSingleton<ModelCatalog>();
        services.AddSingleton<ModelResolver>();
        services.AddSingleton<AliasRules>();
        services.AddSettings();
        services.AddSettingsDirectory<ProjectModelDirectory>();
        services.AddSettingsDirectory<StoredRouteDirectory>();
        services.AddScoped<StoredRouteRules>();
        services.AddSettingsDirectory<ProviderSwitches>();
        services.AddRetrievalLookup();
        services.AddPreviousResponses();
        services.AddPrompts();
        services.AddOwnCalls();
        services.AddScoped<VariantRules>();
        services.AddShadows();
        services.AddExperiments();
        services.AddBatches();
        services.AddBackground();
        services.AddStructuredOutput();
        services.AddGuardrails();
        services.AddSingleton<PriceTable>();
        services.AddSingleton<Telemetry>();
        services.AddSingleton<InferenceRecorder>();
        services.AddSingleton<AnswerWriter>();
        services.AddSingleton<UpstreamMetrics>();
        services.AddSingleton<UpstreamHealth>();
        services.AddSingleton<ProviderHealthReport>();
        services.AddSingleton<ProviderReport>();
        services.AddSingleton<RoutePlanner>();
        services.AddSingleton<RouteReach>();
        services.AddSingleton<UpstreamServices>();
        services.AddSingleton<ForwardStage>();
        services.AddSingleton<CountTokensEndpoint>();
        services.AddSingleton<UpstreamClients>();
        services.AddHostedService<OwnAddressCheck>();
        services.AddHostedService<ModelListRefresher>();
        services.AddHttpClient(ModelListRefresher.ClientName);
        services.AddHttpClient(HttpInferenceSink.ClientName).AddInternalToken(ServiceNames.Datasets);
        services.AddHttpForwarder();
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, GatewayJsonContext.Default));
    }

    /// <summary>Adds the gateway's consumers to the process's bus: what each replica must hear.</summary>
    public static void AddGatewayConsumers(this IBusRegistrationConfigurator bus)
    {
        bus.AddBroadcastConsumer<KeyRevokedConsumer>(KeyRevokedConsumer.Endpoint);
        bus.AddBroadcastConsumer<KeyChangedConsumer>(KeyChangedConsumer.Endpoint);
        bus.AddBroadcastConsumer<ProjectChangedConsumer>(ProjectChangedConsumer.Endpoint);
        bus.AddSettingsConsumers();
    }

    /// <summary>The gateway's own middleware; before the endpoints.</summary>
    public static void UseGateway(this WebApplication app) => app.UseHeaderLimit();

    public static void MapGateway(this WebApplication app)
    {
        // Made at the start, not at the first request: where it must be given and is not, there is no start.
        app.Services.GetRequiredService<AdminKey>();
        app.MapConfiguration();
        app.MapKeys();
        app.MapProjects();
        app.MapLimits();
        app.MapModels();
        app.MapProviders();
        app.MapProviderHealth();
        app.MapRoutes();
        app.MapDryRuns();
        app.MapPrices();
        app.MapAliases();
        app.MapFineTunedModels();
        app.MapShadows();
        app.MapExperiments();
        app.MapInternalExperiments();
        app.MapBatches();
        app.MapBackground();
        app.MapPrompts();
        app.MapGuardrails();
        app.MapSemanticCaching();
        app.MapPassThrough();
        foreach (var operation in Operation.All)
        {
            app.MapInference(operation);
        }

        CountTokensEndpoint.Map(app);
    }

    /// <summary>
    /// One operation's way: record → read → (a response in the background: queue) → shadow → experiment → prompt → resolve → previous response → admit → sources → file search → guardrails → cache →
    /// semantic cache → structured output →
    /// forward; authentication comes before, by policy.
    /// </summary>
    private static void MapInference(this IEndpointRouteBuilder endpoints, Operation operation)
    {
        var pipeline = endpoints.CreateApplicationBuilder();
        pipeline.UseMiddleware<RecordStage>(operation);
        pipeline.UseMiddleware<ReadStage>();
        if (operation == Operation.Responses)
        {
            pipeline.UseBackground();
        }

        pipeline.UseMiddleware<ShadowStage>();
        pipeline.UseMiddleware<ExperimentStage>();
        pipeline.UseMiddleware<PromptStage>();
        pipeline.UseMiddleware<ResolveStage>();
        pipeline.UseMiddleware<PreviousResponseStage>();
        pipeline.UseMiddleware<AdmitStage>();
        pipeline.UseMiddleware<SourceToolStage>();
        pipeline.UseMiddleware<FileSearchStage>();
        pipeline.UseMiddleware<GuardrailMiddleware>();
        pipeline.UseMiddleware<CacheStage>();
        pipeline.UseMiddleware<SemanticStage>();
        pipeline.UseMiddleware<StructuredStage>();
        pipeline.Run(endpoints.ServiceProvider.GetRequiredService<ForwardStage>().InvokeAsync);
        endpoints.MapPost($"/v1/{operation.Path}", pipeline.Build())
            .RequireAuthorization(Policies.Inference)
            .WithName($"gateway.{operation.Name}").WithTags("Models")
            .WithSummary($"{operation.ErrorForm}'s {operation.Path}, against any model.");
    }

    private static void AddGatewayOptions(this IHostApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        builder.Services.AddSection<GatewayOptions>(GatewayOptions.Section)
            .PostConfigure(options => WellKnownProviders.AddTo(options, configuration));
        builder.Services.AddSingleton<IValidateOptions<GatewayOptions>, GatewayOptionsValidator>();
        builder.Services.AddSingleton<IValidateOptions<GatewayOptions>, ConfiguredPrices>();
    }
}
