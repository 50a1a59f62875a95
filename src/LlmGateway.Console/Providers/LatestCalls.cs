using LlmGateway.Console.Calls;

namespace LlmGateway.Console.Providers;

/// <summary>How the latest calls of one model went: latency and errors as callers had them, which the breakers' counts do not tell.</summary>
/// <param name="Model"><c>provider/model</c>.</param>
/// <param name="Calls">How many of the latest were its.</param>
/// <param name="Failed">Of these.</param>
/// <param name="FirstToken">The median of the times to the first token, in milliseconds; null where none is known.</param>
/// <param name="Middle">The median of the whole times.</param>
/// <param name="Slow">What 95 of 100 stayed below.</param>
public sealed record LatestCalls(string Model, int Calls, int Failed, double? FirstToken, double? Middle, double? Slow)
{
    /// <summary>Those that a provider answered, by model.</summary>
    internal static IReadOnlyList<LatestCalls> Of(IEnumerable<Call> calls) =>
        [.. calls.Where(call => call.Model is not null && call.Cache is "bypass" or "miss").GroupBy(call => call.Model!).Select(Of).OrderByDescending(one => one.Calls)];

    private static LatestCalls Of(IGrouping<string, Call> calls) => new(
        calls.Key,
        calls.Count(),
        calls.Count(call => call.Outcome is "failed" or "incomplete"),
        At(calls.Select(call => call.TimeToFirstTokenMs).OfType<double>(), 0.5),
        At(calls.Select(call => call.DurationMs), 0.5),
        At(calls.Select(call => call.DurationMs), 0.95));

    private static double? At(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? null : sorted[Math.Min(sorted.Count - 1, (int)(share * sorted.Count))];
    }
}
