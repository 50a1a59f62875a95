using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace LlmGateway.Service;

/// <summary>Adds to a setting's schema what its type does not tell: the comment in the code, the range and the default.</summary>
internal static partial class SettingDescription
{
    private static readonly ConcurrentDictionary<Assembly, IReadOnlyDictionary<string, string>> Comments = new();

    /// <summary>Says of a class that it has no members but its settings.</summary>
    public static JsonObject Close(JsonSchemaExporterContext context, JsonNode schema)
    {
        // A class whose members are all free is `true` to the exporter.
        var node = schema as JsonObject ?? new JsonObject();
        if (context.TypeInfo.Kind == JsonTypeInfoKind.Object)
        {
            node["additionalProperties"] = false;
        }

        return node;
    }

    public static JsonNode AddTo(JsonSchemaExporterContext context, JsonNode schema)
    {
        var node = Close(context, schema);
        if (context.PropertyInfo is { AttributeProvider: PropertyInfo property } json)
        {
            AddComment(property, node);
            AddRange(property, node);
            AddDefault(property, json, node);
        }

        return node;
    }

    private static void AddComment(PropertyInfo property, JsonObject node)
    {
        var declaring = property.DeclaringType!;
        var comments = Comments.GetOrAdd(declaring.Assembly, Read);
        if (comments.TryGetValue($"P:{declaring.FullName!.Replace('+', '.')}.{property.Name}", out var comment))
        {
            node.Insert(0, "description", comment);
        }
    }

    private static void AddRange(PropertyInfo property, JsonObject node)
    {
        if (property.GetCustomAttribute<RangeAttribute>() is not { } range)
        {
            return;
        }

        // JSON Schema compares numbers only; lengths of time are told in words.
        if (range.OperandType == typeof(TimeSpan))
        {
            node["description"] = $"{node["description"]} From {range.Minimum} to {range.Maximum}.".TrimStart();
            return;
        }

        node["minimum"] = Convert.ToDecimal(range.Minimum, CultureInfo.InvariantCulture);
        node["maximum"] = Convert.ToDecimal(range.Maximum, CultureInfo.InvariantCulture);
    }

    private static void AddDefault(PropertyInfo property, JsonPropertyInfo json, JsonObject node)
    {
        if (property.DeclaringType!.GetConstructor(Type.EmptyTypes) is not { } constructor || property.GetValue(constructor.Invoke(null)) is not { } value)
        {
            return;
        }

        var simple = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (simple.IsPrimitive || simple.IsEnum || value is TimeSpan or decimal or string { Length: > 0 })
        {
            node["default"] = JsonSerializer.SerializeToNode(value, simple, json.Options);
        }
    }

    /// <summary>The summaries of an assembly's comments, which stand beside it; none where they were left out.</summary>
    private static Dictionary<string, string> Read(Assembly assembly)
    {
        var file = Path.ChangeExtension(assembly.Location, ".xml");
        return !File.Exists(file) ? [] : XDocument.Load(file).Descendants("member")
            .Where(member => member.Attribute("name") is not null && member.Element("summary") is not null)
            .ToDictionary(member => member.Attribute("name")!.Value, member => Plain(member.Element("summary")!), StringComparer.Ordinal);
    }

    private static string Plain(XElement summary) =>
        Blanks().Replace(string.Concat(summary.Nodes().Select(node => node switch
        {
            XElement reference when reference.Attribute("cref") is { } cref => cref.Value[(cref.Value.LastIndexOf('.') + 1)..],
            XElement element => element.Value,
            _ => node.ToString(),
        })), " ").Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
