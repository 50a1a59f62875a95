namespace LlmGateway.Console.Prompts;

/// <summary>A prompt, with the version that each of its labels points to.</summary>
public sealed record Prompt(
    string Id, string Name, string? Description, int LatestVersion, IReadOnlyDictionary<string, int> Labels, IReadOnlyList<string> ProtectedLabels, long CreatedAt, long UpdatedAt)
{
    /// <summary>What callers get who name no version.</summary>
    public const string Deployed = "production";

    /// <summary>Always the newest version; nobody moves it.</summary>
    public const string Latest = "latest";

    /// <summary>Null where nothing is deployed yet.</summary>
    public int? DeployedVersion => Labels.TryGetValue(Deployed, out var version) ? version : null;

    /// <summary>Labels that are moved, the deployed one first.</summary>
    public IEnumerable<KeyValuePair<string, int>> Moved =>
        Labels.Where(label => label.Key != Latest).OrderByDescending(label => label.Key == Deployed).ThenBy(label => label.Key, StringComparer.Ordinal);

    /// <summary>The labels that point to a version.</summary>
    public IEnumerable<string> LabelsOf(int version) => Labels.Where(label => label.Value == version).Select(label => label.Key).Order(StringComparer.Ordinal);
}

/// <summary>One move of a label: <c>set</c>, <c>rollback</c> or <c>delete</c>.</summary>
public sealed record LabelChange(string Id, string Label, string Action, int? FromVersion, int? ToVersion, long CreatedAt, string? CreatedBy);
