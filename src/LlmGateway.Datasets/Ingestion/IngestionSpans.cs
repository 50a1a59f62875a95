using System.Diagnostics;
using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Datasets.Ingestion;

/// <summary>
/// A batch carries calls of many traces. Each recorded trace gets a span of its call's storing, under the caller's
/// request and linked to the batch's own span, so that one trace leads from the caller to the store.
/// </summary>
internal static class IngestionSpans
{
    private static readonly ActivitySource Source = new(IngestionMetrics.MeterName);

    /// <param name="batch">The stored calls.</param>
    /// <param name="began">When storing began.</param>
    public static void Write(IReadOnlyList<InferenceFrame> batch, DateTimeOffset began)
    {
        if (!Source.HasListeners())
        {
            return;
        }

        ActivityLink[]? links = Activity.Current is { } current ? [new ActivityLink(current.Context)] : null;
        foreach (var frame in batch)
        {
            if (frame.Record.SpanId is not null
                && ActivityContext.TryParse($"00-{frame.Record.TraceId}-{frame.Record.SpanId}-01", null, isRemote: true, out var parent))
            {
                using var activity = Source.StartActivity("store inference", ActivityKind.Consumer, parent, links: links, startTime: began);
                activity?.SetTag("llmgateway.inference.id", frame.Record.Id.ToString());
            }
        }
    }
}
