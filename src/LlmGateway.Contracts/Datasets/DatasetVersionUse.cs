namespace LlmGateway.Contracts.Datasets;

/// <summary>
/// What a service tells Datasets before it keeps a run or a job that reads a version: <c>POST /internal/dataset_uses</c>, for the
/// caller's project, in snake case. Told again it changes nothing. Until it is taken back by <c>DELETE
/// /internal/dataset_uses?used_by=…</c>, which may name several, the version cannot be deleted.
/// </summary>
/// <param name="DatasetId">The dataset.</param>
/// <param name="Version">The version's number or id.</param>
/// <param name="Split">The split that is read; null for all items.</param>
/// <param name="UsedBy">The run's or the job's id, 1 to 128 characters.</param>
public sealed record DatasetVersionUse(string DatasetId, string Version, string? Split, string UsedBy)
{
    /// <summary>Where it is told.</summary>
    public const string Path = "/internal/dataset_uses";

    /// <summary>A parameter of the query that takes uses back.</summary>
    public const string UsedByParameter = "used_by";

    /// <summary>Most users that one request takes back.</summary>
    public const int MaxUsers = 100;
}
