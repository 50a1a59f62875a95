namespace LlmGateway.Console.FineTuning;

/// <summary>A dataset that may be trained on.</summary>
internal sealed record DatasetChoice(string Id, string Name, int? LatestVersion);

/// <summary>One of its versions, with the items of each split.</summary>
internal sealed record VersionChoice(int Version, string Status, IReadOnlyDictionary<string, long>? Splits);

/// <summary>A file that may be trained on.</summary>
internal sealed record FileChoice(string Id, string Filename, long Bytes);

/// <summary>A model that somebody may ask for.</summary>
internal sealed record ModelChoice(string Id, string OwnedBy);
