using LlmGateway.Gateway.Models;
using LlmGateway.Gateway.Settings;
using LlmGateway.Gateway.Storage;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.ProjectModels;

/// <summary>
/// Where the fine-tuning service registers the models that its jobs made, and what it finds of them later. Both calls may be repeated; a project may have
/// <see cref="MaxModels"/> models.
/// </summary>
internal static class FineTunedModelEndpoints
{
    private const int MaxModels = 2000;

    public static void MapFineTunedModels(this IEndpointRouteBuilder endpoints)
    {
        var models = endpoints.MapGroup("/internal/fine_tuned_models").RequireAuthorization(Policies.Internal).ExcludeFromDescription();
        models.MapPut("/{id}", PutAsync);
        models.MapDelete("/{id}", DeleteAsync);
    }

    private static async Task<IResult> PutAsync(
        string id, FineTunedModelRequest request, GatewayDbContext context, ModelCatalog catalog, SettingsChange change, ProjectModelDirectory directory,
        CancellationToken cancellationToken)
    {
        if (request.Validate(id, catalog.Table) is { } error)
        {
            return error;
        }

        if (!await context.Projects.AnyAsync(project => project.Id == request.ProjectId, cancellationToken))
        {
            return ApiErrors.BadRequest($"There is no project '{request.ProjectId}'.", "project_id");
        }

        var model = await change.MakeAsync(directory, request.ProjectId!, () => AddAsync(request.ToModel(id), context, cancellationToken), cancellationToken);
        return TypedResults.Json(ModelEndpoints.Describe(model, ModelStage.Candidate), OpenAIJsonContext.Default.Model);
    }

    private static async Task<FineTunedModel> AddAsync(FineTunedModel model, GatewayDbContext context, CancellationToken cancellationToken)
    {
        if (await context.FineTunedModels.SingleOrDefaultAsync(row => row.Id == model.Id, cancellationToken) is { } known)
        {
            known.Details = (known.ProjectId, known.Deployment, known.JobId) == (model.ProjectId, model.Deployment, model.JobId)
                ? model.Details
                : throw new ApiException(new ApiError(
                    StatusCodes.Status409Conflict, "model_exists", $"The id '{model.Id}' belongs to another model already.", "id"));
            return known;
        }

        if (await context.FineTunedModels.CountAsync(row => row.ProjectId == model.ProjectId, cancellationToken) >= MaxModels)
        {
            throw new ApiException(ApiErrors.BadRequest($"A project may have at most {MaxModels} fine-tuned models: delete some.", "project_id", "too_many_models"));
        }

        return context.Add(model).Entity;
    }

    private static async Task<IResult> DeleteAsync(string id, GatewayDbContext context, SettingsChange change, ProjectModelDirectory directory, CancellationToken cancellationToken)
    {
        if (await context.FineTunedModels.SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is { } model)
        {
            await change.MakeAsync(
                directory,
                model.ProjectId,
                () => context.FineTunedModels.Where(row => row.Id == id).ExecuteDeleteAsync(cancellationToken),
                cancellationToken);
        }

        return TypedResults.Json(new DeletedObject(id, "model"), GatewayJsonContext.Default.DeletedObject);
    }
}
