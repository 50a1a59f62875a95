using System.Text.Json;

namespace LlmGateway.Console.Prompts;

/// <summary>A dataset to choose.</summary>
public sealed record DatasetChoice(string Id, string Name, int? LatestVersion, bool Archived);

/// <summary>A version of it.</summary>
public sealed record DatasetVersionChoice(string Id, int Version, int ItemCount, IReadOnlyDictionary<string, int> Splits, long CreatedAt);

/// <summary>An item, to see what a dataset's items look like.</summary>
public sealed record DatasetItem(JsonElement Input, JsonElement? Reference);

/// <summary>An eval to choose.</summary>
public sealed record EvalChoice(string Id, string Name, JsonElement TestingCriteria, long CreatedAt)
{
    /// <summary>What it judges by, for people.</summary>
    public string Criteria => TestingCriteria.ValueKind == JsonValueKind.Array
        ? string.Join(", ", TestingCriteria.EnumerateArray().Select(criterion => criterion.TryGetProperty("name", out var name) ? name.GetString() : null).OfType<string>())
        : "";
}
