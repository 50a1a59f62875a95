using LlmGateway.Console.Api;
using LlmGateway.Console.Sessions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace LlmGateway.Console.Datasets;

/// <summary>Passes a version's export on as a file: a link of the page has no key, its session has.</summary>
internal static class ExportEndpoint
{
    private const string DefaultType = "application/octet-stream";

    public static void MapDatasetExport(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/datasets/{id}/versions/{version}/export", ExportAsync).ExcludeFromDescription();

    private static async Task<IResult> ExportAsync(
        string id, string version, HttpContext http, GatewayApiFactory apis, SessionStore sessions, CancellationToken cancellationToken)
    {
        if (SessionCookie.IdOf(http.User) is not { } sessionId || sessions.Use(sessionId) is not { } session)
        {
            return Results.Unauthorized();
        }

        try
        {
            var path = $"/v1/datasets/{Uri.EscapeDataString(id)}/versions/{Uri.EscapeDataString(version)}/export{http.Request.QueryString}";
            var export = await apis.Create(session.Key).OpenAsync(path, cancellationToken);
            http.Response.RegisterForDispose(export);
            var headers = export.Content.Headers;
            return Results.Stream(
                await export.Content.ReadAsStreamAsync(cancellationToken),
                headers.ContentType?.ToString() ?? DefaultType,
                headers.ContentDisposition?.FileName?.Trim('"') ?? $"{id}-{version}");
        }
        catch (GatewayException failure)
        {
            return Results.Text(failure.Message, statusCode: failure.Status == 0 ? StatusCodes.Status502BadGateway : failure.Status);
        }
    }
}
