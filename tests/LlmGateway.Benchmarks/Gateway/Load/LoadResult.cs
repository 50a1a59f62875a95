namespace LlmGateway.Benchmarks.Gateway.Load;

/// <summary>One run's outcome.</summary>
/// <param name="Requests">Answers with status 200.</param>
/// <param name="Failures">Other answers and broken connections.</param>
/// <param name="Elapsed">Of the run.</param>
/// <param name="P50">Median latency in milliseconds.</param>
/// <param name="P99">In milliseconds.</param>
internal sealed record LoadResult(long Requests, long Failures, TimeSpan Elapsed, double P50 = 0, double P99 = 0)
{
    public double PerSecond => Requests / Elapsed.TotalSeconds;
}
