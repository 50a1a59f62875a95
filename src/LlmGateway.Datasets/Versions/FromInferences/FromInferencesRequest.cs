using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.Datasets.Versions.Sources;

namespace LlmGateway.Datasets.Versions.FromInferences;

/// <summary>
/// The body of <c>POST /v1/datasets/{id}/from_inferences</c>: the members of a version and of its source side by side, see
/// <see cref="VersionRequest"/> and <see cref="VersionSource"/>.
/// </summary>
/// <param name="Filter">Which calls; null for all.</param>
/// <param name="Output">What of a call becomes the reference.</param>
/// <param name="Metric">What better and worse are told by.</param>
/// <param name="Sample">A part of the calls.</param>
/// <param name="Limit">Most items.</param>
/// <param name="Append">Whether the dataset's latest version comes first.</param>
/// <param name="Split">How items are divided.</param>
/// <param name="Dedupe">Whether inputs come once.</param>
/// <param name="Curation">Steps that what is made goes through; a dry run takes through them what it examines.</param>
/// <param name="DryRun">Whether to make nothing and tell what would come of it.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record FromInferencesRequest(
    InferenceSelection? Filter,
    string? Output,
    string? Metric,
    CallSample? Sample,
    int? Limit,
    string? Append,
    SplitRule? Split,
    string? Dedupe,
    IReadOnlyList<JsonElement>? Curation = null,
    bool DryRun = false)
{
    /// <summary>The version that it asks for.</summary>
    public VersionRequest ToVersion() => new(
        new VersionSource(VersionSource.FromInferences, null, Filter, Limit, Append: Append, Output: Output, Metric: Metric, Sample: Sample), Split, Dedupe, Curation);
}
