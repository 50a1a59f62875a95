using System.Diagnostics.Metrics;

namespace LlmGateway.Evaluation.Experiments;

/// <summary>What is done with experiments, over all of them.</summary>
internal sealed class ExperimentTelemetry
{
    private const string MeterName = "LlmGateway.Evaluation";

    private readonly Counter<long> _looks;
    private readonly Counter<long> _decisions;

    public ExperimentTelemetry(IMeterFactory meters, RunningExperiments running)
    {
        var meter = meters.Create(MeterName);
        _looks = meter.CreateCounter<long>("llmgateway.evaluation.experiments.looks", "{look}", "Looks at experiments.");
        _decisions = meter.CreateCounter<long>("llmgateway.evaluation.experiments.decisions", "{decision}", "Decisions that the gateway took, by the action.");
        meter.CreateObservableGauge("llmgateway.evaluation.experiments.running", () => running.Count, "{experiment}", "Experiments that run, as the gateway said last.");
    }

    public void CountLook() => _looks.Add(1);

    public void CountDecision(string action) => _decisions.Add(1, new KeyValuePair<string, object?>("action", action));
}
