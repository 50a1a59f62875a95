namespace LlmGateway.Contracts.Datasets;

/// <summary>
/// A dataset has a new version. Datasets publishes it after the version is complete. It only saves a wait: <c>GET
/// /v1/datasets/{id}/versions/{version}</c> has all of it. It may come more than once, always with the same <paramref name="VersionId"/>.
/// </summary>
/// <param name="ProjectId">The project.</param>
/// <param name="DatasetId">The dataset.</param>
/// <param name="VersionId">The version.</param>
/// <param name="Version">Its number.</param>
/// <param name="Items">How many items it has.</param>
/// <param name="ContentHash">SHA-256 over its items, in lower-case hex.</param>
public sealed record DatasetVersionCreated(string ProjectId, string DatasetId, string VersionId, int Version, int Items, string ContentHash);
