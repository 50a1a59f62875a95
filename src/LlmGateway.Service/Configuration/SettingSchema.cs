using System.Globalization;
using System.Text.Json.Nodes;

namespace LlmGateway.Service;

/// <summary>The schema of one setting or section, asked for what may stand in it. Names count without their case, as in configuration.</summary>
internal readonly struct SettingSchema(JsonObject node)
{
    /// <summary>Whether nothing else may stand in it.</summary>
    public bool IsClosed => node["additionalProperties"] is JsonValue closed && !closed.GetValue<bool>();

    public IReadOnlyList<string> Members => node["properties"] is JsonObject members ? [.. members.Select(member => member.Key)] : [];

    /// <summary>A member by its name, an entry by its key or its index; null when there is none.</summary>
    public SettingSchema? Member(string name)
    {
        var named = (node["properties"] as JsonObject)?.FirstOrDefault(member => string.Equals(member.Key, name, StringComparison.OrdinalIgnoreCase)).Value;
        return (named ?? node["additionalProperties"] as JsonObject ?? node["items"]) is JsonObject found ? new SettingSchema(found) : null;
    }

    /// <summary>What a text that does not fit should have been; null when it fits.</summary>
    public string? Expected(string text)
    {
        if (node["enum"] is JsonArray names)
        {
            var known = names.Select(name => (string?)name).OfType<string>().ToList();
            return known.Contains(text, StringComparer.OrdinalIgnoreCase) ? null : $"one of {string.Join(", ", known)}";
        }

        return Type() switch
        {
            "object" => "a section",
            "array" => "a list",
            "integer" when !long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _) => "a whole number",
            "number" when !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) => "a number",
            "boolean" when !bool.TryParse(text, out _) => "true or false",

            // Of all settings that are text only lengths of time have a pattern.
            "string" when node["pattern"] is not null && !TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out _) => "a time as hh:mm:ss",
            _ => null,
        };
    }

    private string? Type() => node["type"] switch
    {
        JsonArray types => (string?)types.FirstOrDefault(type => (string?)type != "null"),
        { } type => (string?)type,
        null => null,
    };
}
