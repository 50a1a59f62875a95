using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace LlmGateway.Retrieval.Examples;

/// <summary>Few-shot examples out of dataset versions.</summary>
internal static class ExampleEndpoint
{
    public static void MapExamples(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/retrieval/examples", ChooseAsync).WithName("ChooseExamples").WithSummary("Choose the examples of a dataset version that suit a query");

    private static async Task<IResult> ChooseAsync(ExampleRequest request, HttpContext http, ExampleChoice choice, CancellationToken cancellationToken) =>
        TypedResults.Json(await choice.ChooseAsync(http.Caller(), request, cancellationToken), RetrievalJsonContext.Default.ExampleList);
}
