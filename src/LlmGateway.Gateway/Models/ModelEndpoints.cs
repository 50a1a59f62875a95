using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Gateway.Experiments;
using LlmGateway.Gateway.ProjectModels;
using LlmGateway.Gateway.Routes;
using LlmGateway.Gateway.Settings;
using LlmGateway.Gateway.Storage;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.Models;

/// <summary>OpenAI's models resource over every provider and the project's own names, filtered by what the key may call.</summary>
internal static class ModelEndpoints
{
    public static void MapModels(this IEndpointRouteBuilder endpoints)
    {
        var models = endpoints.MapGroup("/v1/models").WithTags("Models");
        models.MapGet("", List).RequireAuthorization(Policies.Inference)
            .WithName("gateway.models.list").WithSummary("List the models that this key may call.");
        models.MapGet("/{**model}", Get).RequireAuthorization(Policies.Inference)
            .WithName("gateway.models.get").WithSummary("Get one model.");
        models.MapDelete("/{**model}", DeleteAsync).RequireAuthorization(Policies.Admin)
            .WithName("gateway.models.delete").WithSummary("Delete a fine-tuned model of the project.");
    }

    /// <summary>OpenAI's object, and beside it how the model was made and where it stands.</summary>
    public static Model Describe(FineTunedModel model, string stage)
    {
        var details = model.Details is { } json ? JsonNode.Parse(json)!.AsObject() : [];
        (details["base_model"], details["job_id"], details["stage"]) = (model.BaseModel, model.JobId, stage);
        return new Model
        {
            Id = model.Id,
            OwnedBy = model.ProjectId,
            Created = model.CreatedAt,
            Extra = details.ToDictionary(member => member.Key, member => JsonSerializer.SerializeToElement(member.Value, GatewayJsonContext.Default.JsonNode)),
        };
    }

    private static JsonHttpResult<ModelList> List(HttpContext http, ModelCatalog catalog, ProjectModelDirectory own, ExperimentDirectory experiments) =>
        TypedResults.Json(new ModelList { Data = [.. Callable(http.Caller(), catalog.Table, own.Current, experiments)] }, OpenAIJsonContext.Default.ModelList);

    private static IResult Get(string model, HttpContext http, ModelCatalog catalog, ProjectModelDirectory own, ExperimentDirectory experiments)
    {
        var name = Uri.UnescapeDataString(model);
        return Callable(http.Caller(), catalog.Table, own.Current, experiments).FirstOrDefault(known => known.Id == name) is { } found
            ? TypedResults.Json(found, OpenAIJsonContext.Default.Model)
            : NotFound(name);
    }

    private static async Task<IResult> DeleteAsync(
        string model, HttpContext http, GatewayDbContext context, SettingsChange change, ProjectModelDirectory directory, ExperimentDirectory experiments,
        CancellationToken cancellationToken)
    {
        var (id, project) = (Uri.UnescapeDataString(model), http.Caller().ProjectId);
        if (!id.StartsWith(FineTunedModel.Prefix, StringComparison.Ordinal))
        {
            return ApiErrors.BadRequest($"Only fine-tuned models can be deleted, and '{id}' is none.", "model");
        }

        if (experiments.Of(project) is { } own && (own.Tries(id) || own.Settled(id)))
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status409Conflict, "model_in_use", $"An experiment gives '{id}' to callers: roll it back or delete it first.", "model"));
        }

        var deleted = await change.MakeAsync(
            directory,
            project,
            async () =>
            {
                if (await context.ModelAliases.FirstOrDefaultAsync(alias => alias.ProjectId == project && alias.Model == id, cancellationToken) is { } alias)
                {
                    throw new ApiException(new ApiError(
                        StatusCodes.Status409Conflict, "model_in_use", $"The alias '{alias.Name}' stands for this model: switch it to another first.", "model"));
                }

                return await context.FineTunedModels.Where(row => row.ProjectId == project && row.Id == id).ExecuteDeleteAsync(cancellationToken);
            },
            cancellationToken);
        return deleted == 1 ? TypedResults.Json(new DeletedObject(id, "model"), GatewayJsonContext.Default.DeletedObject) : NotFound(id);
    }

    private static ApiError NotFound(string name) =>
        new(StatusCodes.Status404NotFound, "model_not_found", $"The model '{name}' does not exist or you do not have access to it.", "model");

    /// <summary>The first of each name: a project's own alias goes before a configured one.</summary>
    private static IEnumerable<Model> Callable(Caller caller, ModelTable table, ProjectModelTable own, ExperimentDirectory experiments) =>
        Own(caller, own, experiments.Of(caller.ProjectId)).Concat(Configured(caller, table, own)).DistinctBy(model => model.Id);

    private static IEnumerable<Model> Own(Caller caller, ProjectModelTable own, ProjectExperiments? experiments) =>
        own.AliasesOf(caller.ProjectId).Where(alias => Allows(caller, alias.Name, alias.Model))
            .Select(alias => new Model { Id = alias.Name, OwnedBy = alias.ProjectId, Created = alias.UpdatedAt })
            .Concat(own.FineTunedOf(caller.ProjectId).Where(model => Allows(caller, model.Id, model.Deployment)).Select(model => Describe(model, ModelStage.Of(model, own, experiments))));

    private static IEnumerable<Model> Configured(Caller caller, ModelTable table, ProjectModelTable own)
    {
        foreach (var (alias, route) in table.Routes.OrderBy(route => route.Key, StringComparer.Ordinal))
        {
            if (RouteRules.Models(route).Any(model => Allows(caller, alias, model)))
            {
                yield return new Model { Id = alias, OwnedBy = "llmgateway", Created = 0 };
            }
        }

        foreach (var provider in table.Providers.OrderBy(provider => provider.Name, StringComparer.Ordinal))
        {
            foreach (var name in table.ModelsOf(provider).Order(StringComparer.Ordinal).Select(model => $"{provider.Name}/{model}"))
            {
                if (Allows(caller, name, name) && !own.IsOfOthers(caller.ProjectId, name))
                {
                    yield return new Model { Id = name, OwnedBy = provider.Name, Created = 0 };
                }
            }
        }
    }

    private static bool Allows(Caller caller, string name, string target) =>
        caller.AllowedModels is not { } allowed || allowed.Contains(name) || allowed.Contains(target);
}
