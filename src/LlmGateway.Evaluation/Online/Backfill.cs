using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Online;

/// <summary>Grades calls of the past by a rule: those that it would have graded then, and has not. The day's budget does not count.</summary>
internal sealed class Backfill(EvaluationDbContext store, CallLog log, OnlineGrading grading, TimeProvider time)
{
    private const int DefaultLimit = 1000;
    private const int MaxLimit = 10_000;

    /// <summary>Most calls that one request looks at.</summary>
    private const int MaxCalls = 10_000;

    public async Task<BackfillView> RunAsync(OnlineRule rule, JsonFields fields, Caller caller, CancellationToken cancellationToken)
    {
        if (rule.Status == OnlineStatus.Paused)
        {
            throw JsonFields.Invalid($"The rule is paused ({rule.PauseCode}): mend that and set 'enabled' to true first.", "rule_id");
        }

        fields.Only("from", "to", "limit");
        var range = CallRange.Read(fields, time.GetUtcNow());
        var limit = fields.FindInteger("limit", 1, MaxLimit) ?? DefaultLimit;
        var calls = await log.ReadAsync(caller, null, range.From, range.To, cancellationToken).Take(MaxCalls).ToListAsync(cancellationToken);
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        // A look of the rule at the same calls waits.
        await store.OnlineRules.Where(row => row.Id == rule.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.Rate, row => row.Rate), cancellationToken);
        var selection = await CallSelection.MakeAsync(store, rule, calls, limit, cancellationToken);
        var run = selection.Calls.Count == 0 ? null : await grading.StartAsync(rule, selection.Calls, caller, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new BackfillView(rule.Id, run?.Id, calls.Count, selection.Counts.Graded, selection.Counts.Skipped, calls.Count == MaxCalls ? calls[^1].Row.GetProperty("created_at").GetString() : null);
    }
}

/// <summary>What a backfill does.</summary>
/// <param name="RuleId">The rule.</param>
/// <param name="RunId">The run that grades; null where there is nothing to grade.</param>
/// <param name="Looked">Calls that were looked at.</param>
/// <param name="Grading">Those that are graded.</param>
/// <param name="Skipped">Those that are not; <c>budget</c> counts those beyond the limit.</param>
/// <param name="Next">The <c>from</c> of a further request; null where all were looked at.</param>
internal sealed record BackfillView(string RuleId, string? RunId, int Looked, long Grading, SkippedCalls Skipped, string? Next)
{
    public string Object { get; } = "eval.online_rule.backfill";
}
