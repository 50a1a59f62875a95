using LlmGateway.Evaluation.Graders;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Online;

/// <summary>The body that makes a rule, or changes the given fields of one; its name never changes.</summary>
/// <param name="Name">1 to 32 letters, digits, <c>_</c> or <c>-</c>; null in a change.</param>
/// <param name="Filter">Null leaves it as it is, which is every call of production at first.</param>
/// <param name="Rate">1 at first.</param>
/// <param name="DelaySeconds">60 at first, at most a day.</param>
/// <param name="Budget">The day's budget; null leaves it as it is.</param>
/// <param name="Enabled">True at first; null leaves it as it is.</param>
internal sealed record RuleRequest(string? Name, CallFilter? Filter, double? Rate, int? DelaySeconds, DailyBudget? Budget, bool? Enabled)
{
    public const int DefaultDelaySeconds = 60;
    private const int MaxDelaySeconds = 86_400;
    private const int MaxNameLength = 32;

    public static RuleRequest ReadNew(JsonFields fields)
    {
        var name = fields.Text("name", MaxNameLength);
        return name.Length > 0 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-')
            ? Read(fields.Only("name", "filter", "rate", "delay_seconds", "daily_budget", "enabled")) with { Name = name }
            : throw JsonFields.Invalid($"'name' must have 1 to {MaxNameLength} letters, digits, '_' or '-': the metrics of the feedback begin with it.", "name");
    }

    public static RuleRequest ReadChange(JsonFields fields) => Read(fields.Only("filter", "rate", "delay_seconds", "daily_budget", "enabled"));

    private static RuleRequest Read(JsonFields fields) => new(
        null,
        fields.FindObject("filter") is { } filter ? CallFilter.Read(filter) : null,
        fields.FindNumber("rate", 0, 1),
        fields.FindInteger("delay_seconds", 0, MaxDelaySeconds),
        fields.FindObject("daily_budget") is { } budget ? DailyBudget.Read(budget) : null,
        fields.Find("enabled") is null ? null : fields.FindBoolean("enabled", true));
}

/// <summary>The most that a rule grades in a UTC day.</summary>
/// <param name="Items">Calls; null for any number.</param>
internal sealed record DailyBudget(int? Items)
{
    private const int MaxItems = 1_000_000;

    public static DailyBudget Read(JsonFields fields) => new(fields.Only("items").FindInteger("items", 1, MaxItems));
}

/// <summary>The metrics that a rule's results land in: the rule's name, a dot, and the criterion's.</summary>
internal static class OnlineMetrics
{
    private const int MaxLength = 64;

    /// <summary>What a metric may not have becomes <c>_</c>.</summary>
    public static string Of(string rule, string criterion)
    {
        var name = $"{rule}.{string.Concat(criterion.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.' ? letter : '_'))}";
        return name.Length <= MaxLength ? name : name[..MaxLength];
    }

    /// <exception cref="ApiException">Two criteria would land in one metric (400).</exception>
    public static void Check(string rule, IEnumerable<IGrader> criteria)
    {
        if (criteria.GroupBy(grader => Of(rule, grader.Name), StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } shared)
        {
            throw JsonFields.Invalid(
                $"The testing criteria {string.Join(", ", shared.Select(grader => $"'{grader.Name}'"))} would land in one metric, '{shared.Key}': give the rule a shorter name, or the criteria others.", "name");
        }
    }
}
