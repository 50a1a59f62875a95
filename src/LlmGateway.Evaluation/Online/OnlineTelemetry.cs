using System.Diagnostics.Metrics;

namespace LlmGateway.Evaluation.Online;

/// <summary>What rules do, over all of them.</summary>
internal sealed class OnlineTelemetry
{
    private const string MeterName = "LlmGateway.Evaluation";

    private readonly Counter<long> _graded;
    private readonly Counter<long> _skipped;
    private readonly Histogram<double> _lag;

    public OnlineTelemetry(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _graded = meter.CreateCounter<long>("llmgateway.evaluation.online.graded", "{call}", "Logged calls that rules have graded.");
        _skipped = meter.CreateCounter<long>("llmgateway.evaluation.online.skipped", "{call}", "Logged calls that rules left out, by the reason.");
        _lag = meter.CreateHistogram<double>("llmgateway.evaluation.online.lag", "s", "How far a rule's look at the log is behind, beyond its delay.");
    }

    public void Count(OnlineCounts counts)
    {
        _graded.Add(counts.Graded);
        Skip("filter", counts.Skipped.Filter);
        Skip("rate", counts.Skipped.Rate);
        Skip("budget", counts.Skipped.Budget);
        Skip("already_graded", counts.Skipped.AlreadyGraded);
    }

    public void Lag(OnlineRule rule, DateTimeOffset now) => _lag.Record(OnlineClock.LagOf(rule, now).TotalSeconds);

    private void Skip(string reason, long calls) => _skipped.Add(calls, new KeyValuePair<string, object?>("reason", reason));
}
