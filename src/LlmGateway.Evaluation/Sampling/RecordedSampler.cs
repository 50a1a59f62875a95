using System.Text.Json;

namespace LlmGateway.Evaluation.Sampling;

/// <summary>Takes the sample that came with the item; an item may have none, and graders that look at the item alone need none.</summary>
internal sealed class RecordedSampler : ISampler
{
    public Task<Sample?> SampleAsync(SourcedItem item, CancellationToken cancellationToken) =>
        Task.FromResult(item.Recorded is { } recorded ? Read(recorded) : null);

    private static Sample Read(JsonElement recorded) => new(Sample.NoMessages, Text(recorded, "output_text") ?? "", Text(recorded, "model") ?? "")
    {
        FinishReason = Text(recorded, "finish_reason") ?? "stop",
        ToolCalls = recorded.TryGetProperty("output_tools", out var tools) ? tools : null,
        InferenceId = Text(recorded, "inference_id"),
        CostUsd = Find(recorded, "cost_usd", JsonValueKind.Number)?.GetDecimal(),
        LatencyMs = Find(recorded, "latency_ms", JsonValueKind.Number)?.GetDouble(),
        Recorded = recorded,
    };

    private static string? Text(JsonElement recorded, string name) => Find(recorded, name, JsonValueKind.String)?.GetString();

    private static JsonElement? Find(JsonElement recorded, string name, JsonValueKind kind) =>
        recorded.TryGetProperty(name, out var value) && value.ValueKind == kind ? value : null;
}
