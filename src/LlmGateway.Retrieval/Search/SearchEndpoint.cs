using LlmGateway.Retrieval.Storage;
using LlmGateway.Retrieval.VectorStores;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace LlmGateway.Retrieval.Search;

/// <summary>OpenAI's search of a vector store.</summary>
internal static class SearchEndpoint
{
    public static void MapStoreSearch(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/vector_stores/{id}/search", SearchAsync).WithName("SearchVectorStore").WithSummary("Find the passages that answer a query");

    private static async Task<IResult> SearchAsync(
        string id, SearchRequest request, HttpContext http, RetrievalDbContext context, StoreSearch search, TimeProvider time, CancellationToken cancellationToken)
    {
        var store = await context.FindLiveStoreAsync(http.Caller().ProjectId, id, time, cancellationToken);
        return TypedResults.Json(await search.SearchAsync(http.Caller(), store, request, cancellationToken), RetrievalJsonContext.Default.SearchPage);
    }
}
