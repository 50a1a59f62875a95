using System.Diagnostics.Metrics;

namespace LlmGateway.Gateway.Structured;

/// <summary>What became of checked answers: <c>llmgateway.structured_output.checks</c>.</summary>
internal sealed class StructuredOutputMetrics(IMeterFactory meters)
{
    private readonly Counter<long> _checks = meters.Create(Telemetry.Name).CreateCounter<long>(
        "llmgateway.structured_output.checks", "{answer}", "Answers checked against a schema by model and result (valid, repaired, invalid).");

    public void Count(string deployment, string result) => _checks.Add(
        1,
        new KeyValuePair<string, object?>("llmgateway.deployment", deployment),
        new KeyValuePair<string, object?>("llmgateway.structured_output.result", result));
}
