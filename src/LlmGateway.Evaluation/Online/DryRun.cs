using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Online;

/// <summary>Explains what a rule would do with calls, and does nothing.</summary>
internal sealed class DryRun(EvaluationDbContext store, CallLog log, TimeProvider time)
{
    private const int MaxCalls = 100;

    /// <exception cref="ApiException">The request is malformed (400), or names a call that is not there (404).</exception>
    public async Task<DryRunView> ExplainAsync(OnlineRule rule, JsonFields fields, Caller caller, CancellationToken cancellationToken)
    {
        fields.Only("inference_ids", "from", "to");
        var calls = fields.Find("inference_ids") is null
            ? await ReadRangeAsync(fields, caller, cancellationToken)
            : await FindAsync(fields, caller, cancellationToken);
        var graded = await CallSelection.GradedAsync(store, rule, [.. calls.Select(call => call.Id)], cancellationToken);
        var now = time.GetUtcNow();
        var used = rule.Day == OnlineClock.DayOf(now) ? rule.DayItems : 0;
        var left = rule.DailyItems is { } items ? Math.Max(0, items - used) : (int?)null;
        var filter = CallFilter.Parse(rule.Filter);
        return new DryRunView(rule.Id, rule.Status, left, [.. calls.Select(call => Explain(rule, filter, call, graded.Contains(call.Id), left))]);
    }

    private static CallExplanation Explain(OnlineRule rule, CallFilter filter, LoggedCall call, bool isGraded, int? left)
    {
        var conditions = filter.Conditions
            .Select(condition => new ConditionView(condition.Field, condition.Expected, condition.Actual(call), condition.IsMet(call))).ToList();
        var number = CallSample.NumberOf(rule.Id, call.Id);
        var reason = conditions.Exists(condition => !condition.Matched) ? "filter"
            : number >= rule.Rate ? "rate"
            : isGraded ? "already_graded"
            : left == 0 ? "budget"
            : null;
        return new CallExplanation(call.Id, reason is null, reason, conditions, number, number < rule.Rate, isGraded);
    }

    private async Task<List<LoggedCall>> ReadRangeAsync(JsonFields fields, Caller caller, CancellationToken cancellationToken)
    {
        var range = CallRange.Read(fields, time.GetUtcNow());
        return await log.ReadAsync(caller, null, range.From, range.To, cancellationToken).Take(MaxCalls).ToListAsync(cancellationToken);
    }

    private async Task<List<LoggedCall>> FindAsync(JsonFields fields, Caller caller, CancellationToken cancellationToken)
    {
        var calls = new List<LoggedCall>();
        foreach (var (element, path) in fields.List("inference_ids", 1, MaxCalls))
        {
            var id = Guid.TryParse(JsonFields.AsText(element, path), out var parsed) ? parsed : throw JsonFields.Invalid($"'{path}' is no inference id.", path);
            calls.Add(await log.FindAsync(caller, id, cancellationToken)
                ?? throw new ApiException(ApiErrors.NotFound($"No inference found with id '{id}'.", path)));
        }

        return calls;
    }
}

/// <summary>What a rule would do.</summary>
/// <param name="RuleId">The rule.</param>
/// <param name="Status">A rule that is not enabled grades nothing, whatever is said below.</param>
/// <param name="BudgetLeft">Calls that may still be graded today; null for any number.</param>
/// <param name="Data">Each call, at most 100.</param>
internal sealed record DryRunView(string RuleId, string Status, int? BudgetLeft, IReadOnlyList<CallExplanation> Data)
{
    public string Object { get; } = "eval.online_rule.dry_run";
}

/// <summary>Why a rule would grade a call, or would not.</summary>
/// <param name="InferenceId">The call.</param>
/// <param name="Graded">Whether it would.</param>
/// <param name="Reason">filter, rate, already_graded or budget: the first that keeps it out; null for none.</param>
/// <param name="Filter">Each condition.</param>
/// <param name="SampleNumber">The call's number, from 0 to 1.</param>
/// <param name="Sampled">Whether that is below the rate.</param>
/// <param name="AlreadyGraded">Whether the rule graded it before.</param>
internal sealed record CallExplanation(
    Guid InferenceId, bool Graded, string? Reason, IReadOnlyList<ConditionView> Filter, double SampleNumber, bool Sampled, bool AlreadyGraded);

/// <summary>A condition and the call's value.</summary>
internal sealed record ConditionView(string Field, string Expected, string? Actual, bool Matched);
