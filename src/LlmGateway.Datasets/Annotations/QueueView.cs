using System.Text.Json;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Annotations;

/// <summary>A queue on the wire.</summary>
internal sealed record QueueView(
    string Id,
    string Name,
    string? Rubric,
    string Mode,
    JsonElement ReturnType,
    int ReviewersPerItem,
    int ReservationMinutes,
    string? Metric,
    string? DatasetId,
    QueueCounts Items,
    long CreatedAt)
{
    public string Object { get; } = "annotation_queue";

    public static QueueView Of(AnnotationQueue row, QueueCounts items) => new(
        row.Id,
        row.Name,
        row.Rubric,
        row.Mode,
        JsonElement.Parse(row.ReturnType),
        row.ReviewersPerItem,
        row.ReservationMinutes,
        row.Metric,
        row.DatasetId,
        items,
        UnixMicros.ToSeconds(row.CreatedAtMicros));
}

/// <summary>How many items stand where.</summary>
internal sealed record QueueCounts(int Total, int Pending, int Disagreement, int Resolved);
