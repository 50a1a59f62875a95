using System.Text.Json;
using LlmGateway.Evaluation.Evals;
using LlmGateway.Evaluation.Storage;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Online;

/// <summary>Ours: rules by which an eval grades traffic.</summary>
internal static class RuleEndpoints
{
    private const int MaxBodyBytes = 64 << 10;

    /// <summary>Most rules of an eval.</summary>
    private const int MaxRules = 100;

    public static void MapOnlineRules(this IEndpointRouteBuilder routes)
    {
        var rules = routes.MapGroup("/v1/evals/{id}/online_rules").WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes));
        rules.MapPost("", CreateAsync).WithName("CreateOnlineRule").WithSummary("Grade logged calls as they come");
        rules.MapGet("", ListAsync).WithName("ListOnlineRules").WithSummary("List an eval's online rules");
        rules.MapGet("/{rule}", GetAsync).WithName("GetOnlineRule").WithSummary("Get a rule with what became of the calls");
        rules.MapPatch("/{rule}", ChangeAsync).WithName("UpdateOnlineRule").WithSummary("Change, stop or resume a rule");
        rules.MapDelete("/{rule}", DeleteAsync).WithName("DeleteOnlineRule").WithSummary("Delete a rule; its runs and its feedback stay");
        rules.MapPost("/{rule}/backfill", BackfillAsync).WithName("BackfillOnlineRule").WithSummary("Grade calls of the past by a rule");
        rules.MapPost("/{rule}/dry_run", ExplainAsync).WithName("DryRunOnlineRule").WithSummary("Explain what a rule would do with calls");
    }

    private static async Task<IResult> CreateAsync(
        string id, JsonElement body, HttpContext http, EvaluationDbContext store, EvalDefinitions definitions, OnlineWorker worker, TimeProvider time, CancellationToken cancellationToken)
    {
        var caller = http.Caller();
        var eval = await store.GetEvalAsync(caller.ProjectId, id, cancellationToken);
        var request = RuleRequest.ReadNew(JsonFields.Of(body, ""));
        await CheckAsync(request.Name!, eval, caller, store, definitions, cancellationToken);
        var now = time.NowMicros();
        var rule = new OnlineRule
        {
            Id = RowIds.New(IdPrefixes.OnlineRule, time.GetUtcNow()),
            Status = request.Enabled == false ? OnlineStatus.Disabled : OnlineStatus.Enabled,
            ProjectId = eval.ProjectId,
            KeyId = caller.KeyId,
            EvalId = eval.Id,
            Name = request.Name!,
            Filter = request.Filter?.Json ?? "{}",
            Rate = request.Rate ?? 1,
            DelaySeconds = request.DelaySeconds ?? RuleRequest.DefaultDelaySeconds,
            DailyItems = request.Budget?.Items,
            LookedUntil = now,
            Counts = OnlineCounts.None.ToJson(),
            CreatedAt = now,
        };
        store.OnlineRules.Add(rule);
        await store.SaveChangesAsync(cancellationToken);
        worker.Wake();
        return Show(rule, time, StatusCodes.Status201Created);
    }

    private static async Task<IResult> ListAsync(string id, HttpContext http, EvaluationDbContext store, TimeProvider time, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: false);
        var eval = await store.GetEvalAsync(http.Caller().ProjectId, id, cancellationToken);
        var rules = store.OnlineRules.AsNoTracking().Where(rule => rule.EvalId == eval.Id);
        var cursor = page.After is { } after
            ? await rules.SingleOrDefaultAsync(rule => rule.Id == after, cancellationToken) ?? throw JsonFields.Invalid($"There is no online rule '{JsonFields.Shortened(after)}' to list after.", "after")
            : null;
        var rows = await rules.Page(page, nameof(OnlineRule.CreatedAt), cursor is null ? null : (cursor.CreatedAt, cursor.Id)).ToListAsync(cancellationToken);
        return TypedResults.Json(rows.ToPage(page.Limit, rule => RuleView.Of(rule, time.GetUtcNow()), row => row.Id), EvaluationJson.TypeInfo<ListPage<RuleView>>());
    }

    private static async Task<IResult> GetAsync(
        string id, string rule, HttpContext http, EvaluationDbContext store, TimeProvider time, CancellationToken cancellationToken) =>
        Show(await store.GetRuleAsync(http.Caller().ProjectId, id, rule, cancellationToken), time, StatusCodes.Status200OK);

    private static async Task<IResult> ChangeAsync(
        string id, string rule, JsonElement body, HttpContext http, EvaluationDbContext store, OnlineWorker worker, TimeProvider time, CancellationToken cancellationToken)
    {
        var request = RuleRequest.ReadChange(JsonFields.Of(body, ""));
        var found = await store.GetRuleAsync(http.Caller().ProjectId, id, rule, cancellationToken);
        // Only what a change may touch: the worker writes the rest meanwhile.
        var entry = store.OnlineRules.Attach(found);
        found.Filter = request.Filter?.Json ?? found.Filter;
        found.Rate = request.Rate ?? found.Rate;
        found.DelaySeconds = request.DelaySeconds ?? found.DelaySeconds;
        found.DailyItems = request.Budget is { } budget ? budget.Items : found.DailyItems;
        if (request.Enabled is { } enabled)
        {
            (found.Status, found.PauseCode, found.PauseMessage) = (enabled ? OnlineStatus.Enabled : OnlineStatus.Disabled, null, null);
            entry.Property(row => row.Status).IsModified = true;
        }

        await store.SaveChangesAsync(cancellationToken);
        worker.Wake();
        return Show(found, time, StatusCodes.Status200OK);
    }

    private static async Task<IResult> DeleteAsync(string id, string rule, HttpContext http, EvaluationDbContext store, CancellationToken cancellationToken)
    {
        var found = await store.GetRuleAsync(http.Caller().ProjectId, id, rule, cancellationToken);
        await store.OnlineRules.Where(row => row.Id == found.Id).ExecuteDeleteAsync(cancellationToken);
        return TypedResults.Json(new DeletedRule(found.Id), EvaluationJson.TypeInfo<DeletedRule>());
    }

    private static async Task<IResult> BackfillAsync(
        string id, string rule, JsonElement body, HttpContext http, EvaluationDbContext store, Backfill backfill, OnlineWorker worker, CancellationToken cancellationToken)
    {
        var found = await store.GetRuleAsync(http.Caller().ProjectId, id, rule, cancellationToken);
        var view = await backfill.RunAsync(found, JsonFields.Of(body, ""), http.Caller(), cancellationToken);
        worker.Wake();
        return TypedResults.Json(view, EvaluationJson.TypeInfo<BackfillView>(), statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> ExplainAsync(
        string id, string rule, JsonElement body, HttpContext http, EvaluationDbContext store, DryRun dryRun, CancellationToken cancellationToken)
    {
        var found = await store.GetRuleAsync(http.Caller().ProjectId, id, rule, cancellationToken);
        return TypedResults.Json(await dryRun.ExplainAsync(found, JsonFields.Of(body, ""), http.Caller(), cancellationToken), EvaluationJson.TypeInfo<DryRunView>());
    }

    /// <exception cref="ApiException">The rule could never grade (400, 403).</exception>
    private static async Task CheckAsync(
        string name, Eval eval, Caller caller, EvaluationDbContext store, EvalDefinitions definitions, CancellationToken cancellationToken)
    {
        var definition = await definitions.ReadAsync(eval, cancellationToken);
        OnlineMetrics.Check(name, definition.Graders);
        if (!caller.Scopes.HasFlag(Scopes.Inference) && definition.Graders.Any(grader => grader.CallsModels))
        {
            throw new ApiException(new ApiError(StatusCodes.Status403Forbidden, "insufficient_scope", "This rule calls models, for which its API key needs the scope 'inference'."));
        }

        var names = await store.OnlineRules.Where(rule => rule.EvalId == eval.Id).Select(rule => rule.Name).ToListAsync(cancellationToken);
        if (names.Contains(name))
        {
            throw JsonFields.Invalid($"The eval has a rule named '{name}' already: change that one, or choose another name.", "name");
        }

        if (names.Count >= MaxRules)
        {
            throw JsonFields.Invalid($"An eval may have at most {MaxRules} online rules.", "name");
        }
    }

    private static JsonHttpResult<RuleView> Show(OnlineRule rule, TimeProvider time, int status) =>
        TypedResults.Json(RuleView.Of(rule, time.GetUtcNow()), EvaluationJson.TypeInfo<RuleView>(), statusCode: status);
}
