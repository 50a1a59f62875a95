using LlmGateway.Console.Parts;

namespace LlmGateway.Console.Usage;

/// <summary>What a chart shows of the usage.</summary>
/// <param name="Name">As the address has it.</param>
/// <param name="Title">For people.</param>
/// <param name="Value">Of a sum; null where it is unknown.</param>
/// <param name="Show">The value as text.</param>
internal sealed record UsageMeasure(string Name, string Title, Func<UsageSum, double?> Value, Func<double?, string> Show)
{
    public static readonly UsageMeasure Cost = new("cost", "Cost", sum => sum.CostUsd, Figures.Usd);
    public static readonly UsageMeasure Calls = new("calls", "Calls", sum => sum.Requests, Count);
    public static readonly UsageMeasure Tokens = new("tokens", "Tokens", sum => sum.InputTokens is null && sum.OutputTokens is null ? null : (sum.InputTokens ?? 0) + (sum.OutputTokens ?? 0), Count);
    public static readonly UsageMeasure CacheHits = new("cache", "Answered by the cache", sum => sum.CacheHits, Count);

    public static readonly IReadOnlyList<UsageMeasure> All = [Calls, Cost, Tokens, CacheHits];

    public static UsageMeasure Find(string? name) => All.FirstOrDefault(measure => measure.Name == name) ?? All[0];

    private static string Count(double? count) => Figures.Count((long?)count);
}
