using System.Text.Json;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Online;

/// <summary>A rule on the wire.</summary>
/// <param name="Id">The rule.</param>
/// <param name="EvalId">The eval that grades.</param>
/// <param name="Name">How the metrics begin.</param>
/// <param name="Filter">As it was given.</param>
/// <param name="Rate">The share that is graded.</param>
/// <param name="DelaySeconds">How old a call must be.</param>
/// <param name="DailyBudget">Null for none.</param>
/// <param name="Status">enabled, disabled or paused.</param>
/// <param name="PauseReason">Why it is paused; null when it is not.</param>
/// <param name="Counts">What became of the calls.</param>
/// <param name="DayItems">Calls of the present UTC day that count for the budget.</param>
/// <param name="LookedUntil">Unix seconds up to which calls were looked at.</param>
/// <param name="LagSeconds">How far that is behind, beyond the delay.</param>
/// <param name="CreatedAt">Unix seconds.</param>
internal sealed record RuleView(
    string Id,
    string EvalId,
    string Name,
    JsonElement Filter,
    double Rate,
    int DelaySeconds,
    DailyBudget? DailyBudget,
    string Status,
    PauseReason? PauseReason,
    OnlineCounts Counts,
    int DayItems,
    long LookedUntil,
    double LagSeconds,
    long CreatedAt)
{
    public string Object { get; } = "eval.online_rule";

    public static RuleView Of(OnlineRule rule, DateTimeOffset now) => new(
        rule.Id,
        rule.EvalId,
        rule.Name,
        JsonText.Parse(rule.Filter),
        rule.Rate,
        rule.DelaySeconds,
        rule.DailyItems is { } items ? new DailyBudget(items) : null,
        rule.Status,
        rule.PauseCode is { } code ? new PauseReason(code, rule.PauseMessage!) : null,
        OnlineCounts.Parse(rule.Counts),
        rule.Day == OnlineClock.DayOf(now) ? rule.DayItems : 0,
        UnixMicros.ToSeconds(rule.LookedUntil),
        OnlineClock.LagOf(rule, now).TotalSeconds,
        UnixMicros.ToSeconds(rule.CreatedAt));
}

/// <summary>Why a rule is paused.</summary>
internal sealed record PauseReason(string Code, string Message);

/// <summary>A deleted rule on the wire.</summary>
internal sealed record DeletedRule(string Id, string Object = "eval.online_rule.deleted", bool Deleted = true);
