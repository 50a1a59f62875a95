using System.Text.Json;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Annotations.Items;

/// <summary>An item on the wire. A reviewer sees it without the answers of others.</summary>
internal sealed record AnnotationItemView(
    string Id,
    string QueueId,
    SourceView Source,
    JsonElement Input,
    JsonElement? Output,
    JsonElement? OtherOutput,
    JsonElement? Metadata,
    string? InferenceId,
    string Status,
    JsonElement? Label,
    long CreatedAt)
{
    public string Object { get; } = "annotation_queue.item";

    public static AnnotationItemView Of(AnnotationItem row) => new(
        row.Id,
        row.QueueId,
        SourceView.Of(row),
        JsonElement.Parse(row.Input),
        Parse(row.Output),
        Parse(row.OtherOutput),
        Parse(row.Metadata),
        row.InferenceId,
        row.Status,
        Parse(row.Label),
        UnixMicros.ToSeconds(row.CreatedAtMicros));

    private static JsonElement? Parse(string? json) => json is null ? null : JsonElement.Parse(json);
}

/// <summary>What an item was made from.</summary>
internal sealed record SourceView(string Type, string Id)
{
    public static SourceView Of(AnnotationItem row) => new(row.SourceType, row.SourceId);
}
