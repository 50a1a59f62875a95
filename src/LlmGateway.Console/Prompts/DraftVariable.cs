using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmGateway.Console.Prompts;

/// <summary>A variable's declaration that is being written.</summary>
public sealed class DraftVariable
{
    public string Name { get; set; } = "";

    public string Type { get; set; } = "string";

    /// <summary>Whether a request may leave it out.</summary>
    public bool HasDefault { get; set; }

    /// <summary>A text for a text, and JSON for all else.</summary>
    public string Default { get; set; } = "";

    public string? Description { get; init; }

    public static DraftVariable Of(PromptVariable variable) => new()
    {
        Name = variable.Name,
        Type = variable.Type,
        HasDefault = variable.Default is { ValueKind: not JsonValueKind.Undefined },
        Default = variable.Default is { } value ? value.ToString() : "",
        Description = variable.Description,
    };

    public JsonObject ToJson()
    {
        var json = new JsonObject { ["name"] = Name.Trim(), ["type"] = Type };
        if (HasDefault)
        {
            json["default"] = Value(Type, Default, $"variables.{Name}.default");
        }

        if (Description is { } description)
        {
            json["description"] = description;
        }

        return json;
    }

    /// <summary>What somebody typed for a variable, in its type.</summary>
    /// <exception cref="Api.GatewayException">It is not of that type.</exception>
    public static JsonNode Value(string type, string text, string field) => type switch
    {
        "string" => JsonValue.Create(text),
        "boolean" => bool.TryParse(text, out var value) ? JsonValue.Create(value) : throw DraftJson.Wrong($"'{field}' must be true or false.", field),
        "integer" or "number" => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? JsonValue.Create(number) : throw DraftJson.Wrong($"'{field}' must be a number.", field),
        "array" => DraftJson.Read<JsonArray>(text, field, "a list, as JSON") ?? [],
        _ => DraftJson.Read<JsonObject>(text, field, "an object, as JSON") ?? [],
    };
}
