using System.Text.Json;

namespace LlmGateway.Datasets.Versions;

/// <summary>A drop on the wire.</summary>
internal sealed record DropView(
    string Id,
    string Step,
    string Reason,
    string? Detail,
    JsonElement Input,
    JsonElement? Reference,
    JsonElement? Rejected,
    JsonElement? Metadata,
    Guid? InferenceId,
    string? FeedbackId,
    int? Line)
{
    public string Object { get; } = "dataset.drop";

    public static DropView Of(DatasetDrop row)
    {
        var draft = row.ToDraft();
        return new(
            row.ItemId, row.Step, row.Reason, row.Detail, draft.Input, draft.Reference, draft.Rejected, draft.Metadata, row.InferenceId, row.FeedbackId, row.Line);
    }
}
