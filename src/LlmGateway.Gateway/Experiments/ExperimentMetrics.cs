using System.Diagnostics.Metrics;
using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Gateway.Experiments;

/// <summary>Counts calls that were given a variant; running experiments, and so the labels' values, are few.</summary>
internal sealed class ExperimentMetrics(IMeterFactory meters)
{
    private readonly Counter<long> _exposures = meters.Create(Telemetry.Name)
        .CreateCounter<long>("llmgateway.experiment.exposures", "{call}", "Calls that were given a variant, by experiment and variant.");

    public void Count(InferenceExposure exposure) => _exposures.Add(
        1,
        new KeyValuePair<string, object?>("llmgateway.experiment.id", exposure.ExperimentId),
        new KeyValuePair<string, object?>("llmgateway.experiment.variant", exposure.Variant));
}
