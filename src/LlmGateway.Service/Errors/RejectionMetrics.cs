using System.Diagnostics.Metrics;

namespace LlmGateway.Service;

/// <summary>Counts error answers by status and code: <c>llmgateway.requests.rejected</c>.</summary>
public sealed class RejectionMetrics(IMeterFactory meters)
{
    private readonly Counter<long> _rejected = meters.Create("LlmGateway.Service")
        .CreateCounter<long>("llmgateway.requests.rejected", "{request}", "Requests answered with an error of our own.");

    public void Count(int status, string code) =>
        _rejected.Add(1, new KeyValuePair<string, object?>("http.response.status_code", status), new KeyValuePair<string, object?>("error.type", code));
}
