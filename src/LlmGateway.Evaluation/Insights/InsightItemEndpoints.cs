using LlmGateway.Evaluation.Storage;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Insights;

/// <summary>An insight's items with their evidence: the failed ones, then the controls.</summary>
internal static class InsightItemEndpoints
{
    public static void MapInsightItems(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/insights/{id}/items", ListAsync).WithName("ListInsightItems").WithSummary("List an insight's items with their evidence");

    private static async Task<IResult> ListAsync(string id, HttpContext http, EvaluationDbContext store, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: false);
        var insight = await store.GetInsightAsync(http.Caller().ProjectId, id, cancellationToken);
        var items = Filter(store.InsightItems.AsNoTracking().Where(item => item.InsightId == insight.Id), http.Request.Query["label"].ToString());
        if (page.After is { } after)
        {
            var cursor = await store.InsightItems.Where(item => item.InsightId == insight.Id && item.Id == after).Select(item => (int?)item.Place).SingleOrDefaultAsync(cancellationToken)
                ?? throw JsonFields.Invalid($"There is no item '{JsonFields.Shortened(after)}' to list after.", "after");
            items = page.Descending ? items.Where(item => item.Place < cursor) : items.Where(item => item.Place > cursor);
        }

        items = page.Descending ? items.OrderByDescending(item => item.Place) : items.OrderBy(item => item.Place);
        var rows = await items.Take(page.Limit + 1).ToListAsync(cancellationToken);
        return TypedResults.Json(rows.ToPage(page.Limit, InsightItemView.Of, row => row.Id), EvaluationJson.TypeInfo<ListPage<InsightItemView>>());
    }

    private static IQueryable<InsightItem> Filter(IQueryable<InsightItem> items, string label) =>
        label.Length == 0 ? items
        : FailureLabel.All.Contains(label) ? items.Where(item => item.Label == label)
        : throw JsonFields.Invalid($"Invalid 'label': expected one of {string.Join(", ", FailureLabel.All)}.", "label");
}
