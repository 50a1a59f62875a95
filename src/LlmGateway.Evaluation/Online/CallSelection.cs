using LlmGateway.Evaluation.Storage;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Online;

/// <summary>Decides which of some calls a rule grades now.</summary>
/// <param name="Calls">Those, in their order.</param>
/// <param name="Counts">What became of all.</param>
internal sealed record CallSelection(IReadOnlyList<Guid> Calls, OnlineCounts Counts)
{
    /// <param name="store">The store.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="calls">Calls that were looked at.</param>
    /// <param name="budget">Most that may be graded.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public static async Task<CallSelection> MakeAsync(
        EvaluationDbContext store, OnlineRule rule, IReadOnlyList<LoggedCall> calls, int budget, CancellationToken cancellationToken)
    {
        var filter = CallFilter.Parse(rule.Filter);
        var passing = calls.Where(filter.Passes).ToList();
        var drawn = passing.Where(call => CallSample.NumberOf(rule.Id, call.Id) < rule.Rate).Select(call => call.Id).ToList();
        var graded = await GradedAsync(store, rule, drawn, cancellationToken);
        var open = drawn.Where(id => !graded.Contains(id)).ToList();
        var chosen = open.Take(budget).ToList();
        return new CallSelection(
            chosen,
            new OnlineCounts(
                chosen.Count,
                new SkippedCalls(calls.Count - passing.Count, passing.Count - drawn.Count, open.Count - chosen.Count, drawn.Count - open.Count)));
    }

    /// <summary>Those of some calls that the rule graded, or is grading.</summary>
    public static async Task<HashSet<Guid>> GradedAsync(
        EvaluationDbContext store, OnlineRule rule, IReadOnlyList<Guid> calls, CancellationToken cancellationToken) =>
        [.. await store.OnlineCalls.Where(call => call.RuleId == rule.Id && calls.Contains(call.InferenceId)).Select(call => call.InferenceId).ToListAsync(cancellationToken)];
}
