using System.Text.Json.Nodes;

namespace LlmGateway.Schemas;

/// <summary>A schema's definitions and references, written as the validator follows them everywhere.</summary>
internal static class SchemaDefinitions
{
    private const string Given = "#/$defs/";
    private const string Known = "#/definitions/";

    /// <returns>
    /// The same schema with <c>$defs</c> called <c>definitions</c>, since references inside the former are not resolved, and with a
    /// reference at its root inside <c>allOf</c>, since what it leads to could not refer to itself.
    /// </returns>
    /// <exception cref="ArgumentException">A member stands twice.</exception>
    public static string Normalize(string schema)
    {
        var root = JsonNode.Parse(schema)!.AsObject();
        if (root["$defs"] is JsonObject given && !root.ContainsKey("definitions"))
        {
            root.Remove("$defs");
            root["definitions"] = given;
            Redirect(root);
        }

        if (root["$ref"] is JsonValue reference && !root.ContainsKey("allOf"))
        {
            root.Remove("$ref");
            root["allOf"] = new JsonArray(new JsonObject { ["$ref"] = reference.DeepClone() }, new JsonObject());
        }

        return root.ToJsonString();
    }

    private static void Redirect(JsonNode? node)
    {
        if (node is JsonArray list)
        {
            foreach (var element in list)
            {
                Redirect(element);
            }
        }
        else if (node is JsonObject members)
        {
            if (members["$ref"] is JsonValue value && value.TryGetValue<string>(out var path) && path.StartsWith(Given, StringComparison.Ordinal))
            {
                members["$ref"] = Known + path[Given.Length..];
            }

            foreach (var (_, member) in members)
            {
                Redirect(member);
            }
        }
    }
}
