using LlmGateway.Gateway.Prompts.Calls;
using LlmGateway.Gateway.Prompts.Chains;
using LlmGateway.Gateway.Prompts.Comparing;
using LlmGateway.Gateway.Prompts.Composition;
using LlmGateway.Gateway.Prompts.Files;
using LlmGateway.Gateway.Prompts.Labels;
using LlmGateway.Gateway.Prompts.Rendering;
using LlmGateway.Gateway.Prompts.Retrieval;
using LlmGateway.Gateway.Prompts.Versions;
using LlmGateway.Gateway.Settings;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Gateway.Prompts;

internal static class PromptRegistration
{
    public static void AddPrompts(this IServiceCollection services)
    {
        services.AddSettingsDirectory<PromptDirectory>();
        services.AddSingleton<CompiledVersions>();
        services.AddSingleton<PromptMetrics>();
        services.AddSingleton<IBlockSource, RetrieveSource>();
        services.AddSingleton<IBlockSource, ExamplesSource>();
        services.AddSingleton<IBlockSource, SqlSource>();
        services.AddSingleton<BlockFetcher>();
        services.AddSingleton<BlockRendering>();
        services.AddScoped<PromptComposer>();
        services.AddSingleton<ChainCalls>();
        services.AddSingleton<ChainRunner>();
        services.AddScoped<ChainPins>();
        services.AddScoped<VersionCreation>();
        services.AddScoped<LabelMoves>();
        services.AddSingleton<PromptEvaluations>();
        services.AddHttpClient(PromptEvaluations.ClientName, PromptEvaluations.Configure).AddInternalToken(ServiceNames.Evaluation);
    }

    /// <summary>Prompts hold what a project knows: reading them takes the scope <c>data</c>, calling one only <c>inference</c>.</summary>
    public static void MapPrompts(this IEndpointRouteBuilder endpoints)
    {
        var prompts = endpoints.MapGroup("/v1/prompts").RequireAuthorization(Policies.Data).WithTags("Prompts");
        prompts.MapPromptResources();
        prompts.MapPromptVersions();
        prompts.MapPromptLabels();
        prompts.MapPromptRendering();
        prompts.MapPromptDiff();
        prompts.MapPromptFiles();
    }
}
