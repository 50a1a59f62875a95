using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace LlmGateway.Gateway.Guardrails;

/// <summary>What guardrails decide, and how long they take.</summary>
internal sealed class GuardrailMetrics
{
    private static readonly InstrumentAdvice<double> Buckets = new()
    {
        HistogramBucketBoundaries = [0.00001, 0.0001, 0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    private readonly Counter<long> _checks;
    private readonly Histogram<double> _duration;

    public GuardrailMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Telemetry.Name);
        _checks = meter.CreateCounter<long>(
            "llmgateway.guardrail.checks", "{check}",
            "Checks of texts by guardrail, stage and verdict (passed, flagged, masked, blocked, unchecked), with the error where there is no verdict.");
        _duration = meter.CreateHistogram("llmgateway.guardrail.duration", "s", "Duration of a check.", advice: Buckets);
    }

    public void Record(CompiledGuardrail guardrail, GuardrailStage stage, Verdict verdict, TimeSpan duration, string? error)
    {
        var tags = new TagList
        {
            { "llmgateway.guardrail.name", guardrail.Name },
            { "llmgateway.guardrail.type", guardrail.Type },
            { "llmgateway.guardrail.stage", stage == GuardrailStage.Input ? "input" : "output" },
        };
        _duration.Record(duration.TotalSeconds, tags);
        tags.Add("llmgateway.guardrail.verdict", verdict.ToString().ToLowerInvariant());
        if (error is not null)
        {
            tags.Add("error.type", error);
        }

        _checks.Add(1, tags);
    }
}
