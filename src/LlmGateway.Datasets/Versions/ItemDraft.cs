using System.Text.Json;

namespace LlmGateway.Datasets.Versions;

/// <summary>An item as its source gives it, before it has its place.</summary>
internal sealed record ItemDraft
{
    /// <summary>From 0, in the order of the source; set by <see cref="ItemNames"/>.</summary>
    public int Place { get; init; }

    /// <summary>Null lets it be made from the input.</summary>
    public string? Id { get; init; }

    /// <summary>Messages, an object with <c>messages</c>, text, or fields of the caller's own.</summary>
    public required JsonElement Input { get; init; }

    /// <summary>What the output should be: text, an assistant message, or any value; null for unknown.</summary>
    public JsonElement? Reference { get; init; }

    /// <summary>An output that is worse than the reference; null for none.</summary>
    public JsonElement? Rejected { get; init; }

    /// <summary>An object, or null.</summary>
    public JsonElement? Metadata { get; init; }

    /// <summary>Set here, it wins over the rule.</summary>
    public string? Split { get; init; }

    public string? EpisodeId { get; init; }

    public string? EndUser { get; init; }

    public long? CalledAtMicros { get; init; }

    public Guid? InferenceId { get; init; }

    public string? FeedbackId { get; init; }

    public int? Line { get; init; }
}
