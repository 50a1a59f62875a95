using System.Globalization;

namespace Banking77Replay;

/// <summary>What one call took. Its cost is null when the model has no price.</summary>
internal readonly record struct CallResult(TimeSpan Elapsed, bool Hit, int Tokens, decimal? Usd);

/// <summary>What one pass over the questions took.</summary>
internal sealed record PassResult(IReadOnlyList<CallResult> Calls, TimeSpan Elapsed)
{
    public const string Header = "pass     requests  cache hits   tokens   cost USD   p50 ms   p99 ms   seconds";

    public string Row(string pass) => string.Create(
        CultureInfo.InvariantCulture,
        $"{pass,-8} {Calls.Count,8} {Calls.Count(call => call.Hit),11} {Calls.Sum(call => call.Tokens),8} {Cost(),10} {Percentile(50),8:0.0} {Percentile(99),8:0.0} {Elapsed.TotalSeconds,9:0.0}");

    private string Cost() => Calls.Any(call => call.Usd is null) ? "unknown" : Calls.Sum(call => call.Usd!.Value).ToString("0.######", CultureInfo.InvariantCulture);

    // Nearest rank.
    private double Percentile(int percent)
    {
        var sorted = Calls.Select(call => call.Elapsed.TotalMilliseconds).Order().ToList();
        return sorted[(int)Math.Ceiling(sorted.Count * percent / 100.0) - 1];
    }
}
