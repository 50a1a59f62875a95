using LlmGateway.Gateway.Storage;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.Prompts.Labels;

/// <summary>Which versions are deployed, and were.</summary>
internal static class LabelEndpoints
{
    public static void MapPromptLabels(this IEndpointRouteBuilder prompts)
    {
        prompts.MapGet("/{id}/labels", ListAsync).WithName("gateway.prompts.labels.list").WithSummary("List a prompt's labels.");
        prompts.MapPut("/{id}/labels/{label}", PutAsync).WithName("gateway.prompts.labels.put").WithSummary("Point a label to a version, on every gateway.");
        prompts.MapDelete("/{id}/labels/{label}", DeleteAsync).WithName("gateway.prompts.labels.delete").WithSummary("Delete a label.");
        prompts.MapGet("/{id}/labels/{label}/history", HistoryAsync)
            .WithName("gateway.prompts.labels.history").WithSummary("List what a label pointed to, when and by whom.");
        prompts.MapPost("/{id}/rollback", RollBackAsync).WithName("gateway.prompts.rollback").WithSummary("Bring a label back to what it pointed to before.");
    }

    private static async Task<IResult> ListAsync(string id, HttpContext http, GatewayDbContext context, CancellationToken cancellationToken)
    {
        var prompt = await context.GetPromptAsync(http.Caller().ProjectId, id, cancellationToken);
        var labels = await context.PromptLabels.AsNoTracking().Where(label => label.PromptId == prompt.Id).OrderBy(label => label.Name).ToListAsync(cancellationToken);
        labels.Add(new PromptLabel { PromptId = prompt.Id, Name = PromptLabel.Latest, Version = prompt.LatestVersion, UpdatedAt = prompt.UpdatedAt });
        return TypedResults.Json(
            labels.ToPage(labels.Count, label => LabelResource.From(prompt, label), label => label.Name), PromptResults.Json.ListPageLabelResource);
    }

    private static async Task<IResult> PutAsync(string id, string label, HttpContext http, LabelMoves moves, CancellationToken cancellationToken)
    {
        var request = await PromptBody.ReadAsync(http.Request, PromptRequestJson.Default.PutLabelRequest);
        return Show(await moves.SetAsync(http.Caller(), id, label, request, cancellationToken));
    }

    private static async Task<IResult> DeleteAsync(string id, string label, HttpContext http, LabelMoves moves, CancellationToken cancellationToken)
    {
        await moves.DeleteAsync(http.Caller(), id, label, cancellationToken);
        return TypedResults.Json(new DeletedObject(label, "prompt.label.deleted"), PromptResults.Json.DeletedObject);
    }

    private static async Task<IResult> RollBackAsync(string id, HttpContext http, LabelMoves moves, CancellationToken cancellationToken)
    {
        var request = await PromptBody.ReadAsync(http.Request, PromptRequestJson.Default.RollbackRequest);
        return Show(await moves.RollBackAsync(http.Caller(), id, request, cancellationToken));
    }

    private static async Task<IResult> HistoryAsync(string id, string label, HttpContext http, GatewayDbContext context, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: true);
        var prompt = await context.GetPromptAsync(http.Caller().ProjectId, id, cancellationToken);
        var rows = context.PromptLabelChanges.AsNoTracking().Where(change => change.PromptId == prompt.Id && change.Label == label);
        if (page.After is { } after)
        {
            if (!long.TryParse(after, out var cursor))
            {
                throw PromptRules.Refused("Invalid 'after': expected an entry of this history.", "after");
            }

            rows = page.Descending ? rows.Where(change => change.Id < cursor) : rows.Where(change => change.Id > cursor);
        }

        rows = page.Descending ? rows.OrderByDescending(change => change.Id) : rows.OrderBy(change => change.Id);
        var found = await rows.Take(page.Limit + 1).ToListAsync(cancellationToken);
        return TypedResults.Json(
            found.ToPage(page.Limit, LabelChangeResource.From, LabelChangeResource.IdOf), PromptResults.Json.ListPageLabelChangeResource);
    }

    private static JsonHttpResult<LabelResource> Show(LabelResource label) => TypedResults.Json(label, PromptResults.Json.LabelResource);
}
