namespace LlmGateway.Datasets.Versions.Leakage;

/// <summary>Items that a model would be trained on and tested by.</summary>
/// <param name="Version">The version's id.</param>
/// <param name="Split">The split that was looked at; null for all items.</param>
/// <param name="Threshold">Likeness from which on two inputs count as nearly the same.</param>
/// <param name="ItemCount">Items that were looked at.</param>
/// <param name="Count">Of these, items whose input stands, or nearly stands, where models are tested.</param>
/// <param name="ExactPairs">Pairs whose inputs are the same but for case and white space.</param>
/// <param name="NearPairs">Pairs whose inputs are nearly the same.</param>
/// <param name="ComparedWith">What they were compared with.</param>
/// <param name="Data">The first 100 pairs.</param>
internal sealed record LeakageReport(
    string Version,
    string? Split,
    double Threshold,
    int ItemCount,
    int Count,
    int ExactPairs,
    int NearPairs,
    IReadOnlyList<HeldOutPart> ComparedWith,
    IReadOnlyList<LeakingPair> Data)
{
    public string Object { get; } = "dataset.leakage";
}

/// <summary>Items that models are tested by.</summary>
/// <param name="DatasetId">Their dataset.</param>
/// <param name="Version">Their version's id.</param>
/// <param name="Split">Their split; null for all of its items.</param>
/// <param name="UsedBy">An evaluation's run that reads the version; null for another split of the same version.</param>
internal sealed record HeldOutPart(string DatasetId, string Version, string? Split, string? UsedBy);

/// <summary>Two items that are the same, or nearly.</summary>
/// <param name="ItemId">The one to train on.</param>
/// <param name="OtherId">The one to test by.</param>
/// <param name="OtherVersion">The other's version.</param>
/// <param name="OtherSplit">The other's split.</param>
/// <param name="Jaccard">How like their inputs are; 1 for the same.</param>
internal sealed record LeakingPair(string ItemId, string OtherId, string OtherVersion, string? OtherSplit, double Jaccard);
