using System.Text.Json;
using LlmGateway.Console.Parts;

namespace LlmGateway.Console.Datasets;

/// <summary>A dataset; its content is in versions.</summary>
public sealed record Dataset(
    string Id, string Name, string? Description, IReadOnlyDictionary<string, string> Metadata, long CreatedAt, bool Archived, int? LatestVersion);

/// <summary>A version, which never changes.</summary>
public sealed record DatasetVersion(
    string Id,
    string DatasetId,
    int Version,
    string ContentHash,
    int ItemCount,
    IReadOnlyDictionary<string, int> Splits,
    IReadOnlyDictionary<string, int> Dropped,
    VersionReport Report,
    JsonElement Request,
    long CreatedAt,
    bool Existing);

/// <summary>What the making of a version found; null where it did not look.</summary>
public sealed record VersionReport(JsonElement? Lines, JsonElement? Schema, IReadOnlyList<StepReport>? Steps, StyleReport? Style, int? Clusters);

/// <summary>What a step of curation did.</summary>
public sealed record StepReport(string Step, JsonElement Parameters, int In, int Out, int Changed, IReadOnlyDictionary<string, int> Dropped);

/// <summary>How the outputs are written.</summary>
public sealed record StyleReport(
    int Outputs, bool AreLabels, double TrivialShare, double DistinctShare, double CasualShare, WordCounts Words, IReadOnlyList<FrequentOutput> MostFrequent, IReadOnlyList<Fault> Warnings);

/// <summary>Quantiles of lengths in words.</summary>
public sealed record WordCounts(int Min, int P10, int Median, int P90, int Max);

/// <summary>An output that comes often.</summary>
public sealed record FrequentOutput(string Output, int Count, double Share);

/// <summary>An item of a version, or of what was left out of one.</summary>
public sealed record DatasetItem(
    string Id,
    JsonElement Input,
    JsonElement? Reference,
    JsonElement? Rejected,
    JsonElement? Metadata,
    string? Split,
    string? InferenceId,
    int? Line,
    string? Step,
    string? Reason,
    string? Detail);

/// <summary>What changed between two versions.</summary>
public sealed record VersionDiff(string From, string To, int Added, int Removed, int Changed, int Unchanged, IReadOnlyList<ItemChange> Data);

/// <summary>An item that changed, and in which fields.</summary>
public sealed record ItemChange(string Id, string Change, IReadOnlyList<string> Fields);

/// <summary>Items that a model would be trained on and tested by.</summary>
public sealed record LeakageReport(
    string? Split, double Threshold, int ItemCount, int Count, int ExactPairs, int NearPairs, IReadOnlyList<HeldOutPart> ComparedWith, IReadOnlyList<LeakingPair> Data);

/// <summary>Items that models are tested by.</summary>
public sealed record HeldOutPart(string DatasetId, string Version, string? Split, string? UsedBy);

/// <summary>Two items that are the same, or nearly.</summary>
public sealed record LeakingPair(string ItemId, string OtherId, string OtherVersion, string? OtherSplit, double Jaccard);

/// <summary>What training on a version would take.</summary>
public sealed record ExportEstimate(
    string Model,
    int Items,
    long Tokens,
    ItemTokens? LongestItem,
    int? ContextTokens,
    int? ItemsOverContext,
    int Epochs,
    long TrainingTokens,
    double? UsdPerMillionTokens,
    double? EstimatedCostUsd);

/// <summary>Tokens of an item.</summary>
public sealed record ItemTokens(string Id, int Tokens);

/// <summary>What a request would make of logged calls.</summary>
public sealed record DryRun(int Matching, bool Estimated, long Selected, int Examined, IReadOnlyDictionary<string, int> WouldDrop, IReadOnlyList<DatasetItem> Examples);
