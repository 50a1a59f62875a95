namespace LlmGateway.Console.Usage;

/// <summary>One hour or day of <c>/v1/usage</c>.</summary>
public sealed record UsageBucket(DateTimeOffset StartTime, DateTimeOffset EndTime, IReadOnlyList<UsageSum> Results);

/// <summary>What one group used. Sums are of the calls whose value is known, and null where none is.</summary>
public sealed record UsageSum
{
    public string? Model { get; init; }

    public string? KeyId { get; init; }

    public string? ProjectId { get; init; }

    public long Requests { get; init; }

    public long CacheHits { get; init; }

    public long? InputTokens { get; init; }

    public long? OutputTokens { get; init; }

    public double? CostUsd { get; init; }

    /// <summary>Calls whose cost is unknown: the sum of costs lacks them.</summary>
    public long UnpricedRequests { get; init; }

    /// <summary>The sum of several.</summary>
    public static UsageSum Of(IReadOnlyCollection<UsageSum> sums) => new()
    {
        Requests = sums.Sum(sum => sum.Requests),
        CacheHits = sums.Sum(sum => sum.CacheHits),
        InputTokens = Sum(sums, sum => sum.InputTokens),
        OutputTokens = Sum(sums, sum => sum.OutputTokens),
        CostUsd = sums.All(sum => sum.CostUsd is null) ? null : sums.Sum(sum => sum.CostUsd ?? 0),
        UnpricedRequests = sums.Sum(sum => sum.UnpricedRequests),
    };

    private static long? Sum(IReadOnlyCollection<UsageSum> sums, Func<UsageSum, long?> value) => sums.All(sum => value(sum) is null) ? null : sums.Sum(value);
}
