using System.Text.Json;
using LlmGateway.Evaluation.Runs;
using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace LlmGateway.Evaluation.SavedItems;

/// <summary>Ours: items of a run, such as its failures, become part of a dataset in one call.</summary>
internal static class SaveEndpoint
{
    public static void MapSavedItems(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/evals/{id}/runs/{run}/save_items", SaveAsync).WithName("SaveEvalRunItems").WithSummary("Add a run's failed items to a dataset");

    private static async Task<IResult> SaveAsync(
        string id, string run, JsonElement body, HttpContext http, EvaluationDbContext store, ItemSaving saving, CancellationToken cancellationToken)
    {
        var request = SaveRequest.Read(JsonFields.Of(body, ""));
        var found = await store.GetRunAsync(http.Caller().ProjectId, id, run, cancellationToken);
        return TypedResults.Json(await saving.SaveAsync(found, request, http.Caller(), cancellationToken), EvaluationJson.TypeInfo<SavedItemsView>());
    }
}
