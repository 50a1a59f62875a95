using LlmGateway.Evaluation.Storage;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Runs;

/// <summary>OpenAI's output items, in the order of the data.</summary>
internal static class OutputItemEndpoints
{
    private static readonly string[] Statuses = [ItemStatus.Passed, ItemStatus.Failed, ItemStatus.Errored, ItemStatus.Abstained, ItemStatus.Pending];

    public static void MapOutputItems(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/evals/{id}/runs/{run}/output_items", ListAsync).WithName("ListEvalRunOutputItems").WithSummary("List a run's items with their results");
        routes.MapGet("/v1/evals/{id}/runs/{run}/output_items/{item}", GetAsync).WithName("GetEvalRunOutputItem").WithSummary("Get an item with its results");
    }

    private static async Task<IResult> ListAsync(string id, string run, HttpContext http, EvaluationDbContext store, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: false);
        var of = await store.GetRunAsync(http.Caller().ProjectId, id, run, cancellationToken);
        var items = Filter(store.OutputItems.AsNoTracking().Where(item => item.RunId == of.Id), http.Request.Query["status"].ToString());
        if (page.After is { } after)
        {
            var cursor = await store.OutputItems.AsNoTracking().SingleOrDefaultAsync(item => item.RunId == of.Id && item.Id == after, cancellationToken)
                ?? throw JsonFields.Invalid($"There is no output item '{JsonFields.Shortened(after)}' to list after.", "after");
            var (index, repetition) = (cursor.Index, cursor.Repetition);
            items = page.Descending
                ? items.Where(item => item.Index < index || (item.Index == index && item.Repetition < repetition))
                : items.Where(item => item.Index > index || (item.Index == index && item.Repetition > repetition));
        }

        items = page.Descending
            ? items.OrderByDescending(item => item.Index).ThenByDescending(item => item.Repetition)
            : items.OrderBy(item => item.Index).ThenBy(item => item.Repetition);
        var rows = await items.Take(page.Limit + 1).ToListAsync(cancellationToken);
        return TypedResults.Json(rows.ToPage(page.Limit, item => OutputItemView.Of(item, of), row => row.Id), EvaluationJson.TypeInfo<ListPage<OutputItemView>>());
    }

    private static async Task<IResult> GetAsync(
        string id, string run, string item, HttpContext http, EvaluationDbContext store, CancellationToken cancellationToken)
    {
        var of = await store.GetRunAsync(http.Caller().ProjectId, id, run, cancellationToken);
        return await store.OutputItems.AsNoTracking().SingleOrDefaultAsync(row => row.RunId == of.Id && row.Id == item, cancellationToken) is { } found
            ? TypedResults.Json(OutputItemView.Of(found, of), EvaluationJson.TypeInfo<OutputItemView>())
            : ApiErrors.NotFound($"The run has no output item with id '{JsonFields.Shortened(item)}'.", "output_item_id");
    }

    private static IQueryable<OutputItem> Filter(IQueryable<OutputItem> items, string status) =>
        status.Length == 0 ? items
        : Statuses.Contains(status) ? items.Where(item => item.Status == status)
        : throw JsonFields.Invalid($"Invalid 'status': expected one of {string.Join(", ", Statuses)}.", "status");
}
