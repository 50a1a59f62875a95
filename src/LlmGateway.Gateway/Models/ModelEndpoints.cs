using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace LlmGateway.Gateway.Models;

/// <summary>OpenAI's models resource over every provider, filtered by what the key may call.</summary>
internal static class ModelEndpoints
{
    public static void MapModels(this IEndpointRouteBuilder endpoints)
    {
        var models = endpoints.MapGroup("/v1/models").RequireAuthorization(Policies.Inference).WithTags("Models");
        models.MapGet("", List).WithName("gateway.models.list").WithSummary("List the models that this key may call.");
        models.MapGet("/{**model}", Get).WithName("gateway.models.get").WithSummary("Get one model.");
    }

    private static JsonHttpResult<ModelList> List(HttpContext http, ModelCatalog catalog)
    {
        var caller = http.Caller();
        var data = Known(catalog).Where(model => Allows(caller, model.Id)).ToList();
        return TypedResults.Json(new ModelList { Data = data }, OpenAIJsonContext.Default.ModelList);
    }

    private static IResult Get(string model, HttpContext http, ModelCatalog catalog)
    {
        var name = Uri.UnescapeDataString(model);
        var found = Known(catalog).FirstOrDefault(known => known.Id == name);
        return found is not null && Allows(http.Caller(), name)
            ? TypedResults.Json(found, OpenAIJsonContext.Default.Model)
            : new ApiError(404, "model_not_found", $"The model '{name}' does not exist or you do not have access to it.", "model");
    }

    internal static bool Allows(Caller caller, string model) => caller.AllowedModels is not { } allowed || allowed.Contains(model);

    private static IEnumerable<Model> Known(ModelCatalog catalog)
    {
        foreach (var alias in catalog.Table.Routes.Keys.Order(StringComparer.Ordinal))
        {
            yield return new Model { Id = alias, OwnedBy = "llmgateway", Created = 0 };
        }

        foreach (var provider in catalog.Table.Providers.OrderBy(provider => provider.Name, StringComparer.Ordinal))
        {
            foreach (var model in catalog.Table.ModelsOf(provider).Order(StringComparer.Ordinal))
            {
                yield return new Model { Id = $"{provider.Name}/{model}", OwnedBy = provider.Name, Created = 0 };
            }
        }
    }
}
