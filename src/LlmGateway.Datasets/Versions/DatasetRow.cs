using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace LlmGateway.Datasets.Versions;

/// <summary>What stands in the store of a draft, whether it came into the version or curation left it out.</summary>
internal abstract class DatasetRow
{
    /// <summary>For the store.</summary>
    protected DatasetRow()
    {
    }

    [SetsRequiredMembers]
    protected DatasetRow(string versionId, int place, ItemDraft draft)
    {
        VersionId = versionId;
        Place = place;
        ItemId = draft.Id!;
        Input = draft.Input.GetRawText();
        Reference = draft.Reference?.GetRawText();
        Rejected = draft.Rejected?.GetRawText();
        Metadata = draft.Metadata?.GetRawText();
        InferenceId = draft.InferenceId;
        FeedbackId = draft.FeedbackId;
        Line = draft.Line;
        EpisodeId = draft.EpisodeId;
        EndUser = draft.EndUser;
        CalledAtMicros = draft.CalledAtMicros;
    }

    public required string VersionId { get; init; }

    /// <summary>From 0: an item's in the version, a drop's in the source.</summary>
    public required int Place { get; init; }

    /// <summary>Its source's, or made from its input: the same over all versions, and once in each.</summary>
    public required string ItemId { get; init; }

    /// <summary>JSON as its source wrote it, and so in the columns below.</summary>
    public required string Input { get; init; }

    public string? Reference { get; init; }

    /// <summary>An output that is worse than the reference, for training by preference; null for none.</summary>
    public string? Rejected { get; init; }

    public string? Metadata { get; init; }

    /// <summary>The call that it was made from.</summary>
    public Guid? InferenceId { get; init; }

    /// <summary>The demonstration that is its reference.</summary>
    public string? FeedbackId { get; init; }

    /// <summary>Its line in the file that it was made from, from 1.</summary>
    public int? Line { get; init; }

    /// <summary>The episode that its call belongs to.</summary>
    public string? EpisodeId { get; init; }

    /// <summary>Whom its call was made for.</summary>
    public string? EndUser { get; init; }

    /// <summary>When its call was made, which a split by time goes by.</summary>
    public long? CalledAtMicros { get; init; }

    /// <summary>It as a source gives it, without a split.</summary>
    public ItemDraft ToDraft() => new()
    {
        Id = ItemId,
        Input = JsonElement.Parse(Input),
        Reference = Parse(Reference),
        Rejected = Parse(Rejected),
        Metadata = Parse(Metadata),
        InferenceId = InferenceId,
        FeedbackId = FeedbackId,
        Line = Line,
        EpisodeId = EpisodeId,
        EndUser = EndUser,
        CalledAtMicros = CalledAtMicros,
    };

    private static JsonElement? Parse(string? json) => json is null ? null : JsonElement.Parse(json);
}
