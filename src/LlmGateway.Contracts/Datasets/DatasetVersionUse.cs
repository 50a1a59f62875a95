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
/// <param name="Role">What it is read for: <see cref="Tested"/>, <see cref="Shown"/> or <see cref="Trained"/>.</param>
public sealed record DatasetVersionUse(string DatasetId, string Version, string? Split, string UsedBy, string Role)
{
    /// <summary>A model is tested by it: nothing like it should be trained on.</summary>
    public const string Tested = "tested";

    /// <summary>A model is given it with each question, as examples or passages.</summary>
    public const string Shown = "shown";

    /// <summary>A model is trained on it.</summary>
    public const string Trained = "trained";

    /// <summary>All roles.</summary>
    public static readonly IReadOnlyList<string> Roles = [Tested, Shown, Trained];

    /// <summary>Where it is told.</summary>
    public const string Path = "/internal/dataset_uses";

    /// <summary>A parameter of the query that takes uses back.</summary>
    public const string UsedByParameter = "used_by";

    /// <summary>Most users that one request takes back.</summary>
    public const int MaxUsers = 100;
}
