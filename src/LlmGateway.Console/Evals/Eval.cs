using System.Text.Json;

namespace LlmGateway.Console.Evals;

/// <summary>An eval: what it grades, and by what.</summary>
public sealed record Eval(string Id, string Name, JsonElement DataSourceConfig, IReadOnlyList<JsonElement> TestingCriteria, long CreatedAt)
{
    public IEnumerable<string> Criteria => TestingCriteria.Select(criterion => Text(criterion, "name") ?? Text(criterion, "type") ?? "?");

    /// <summary>Whether its items are logged calls.</summary>
    public bool IsOfCalls => SourceType is "logs" or "stored_completions";

    public string? SourceType => Text(DataSourceConfig, "type");

    /// <summary>A member that is a text; null where there is none.</summary>
    internal static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
