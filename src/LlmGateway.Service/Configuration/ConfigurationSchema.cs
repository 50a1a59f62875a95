using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace LlmGateway.Service;

/// <summary>
/// The JSON Schema of the configuration file: what options classes of this process say of themselves by their types, their
/// attributes, their defaults and their XML comments.
/// </summary>
/// <param name="sections">The parts that this process reads.</param>
public sealed class ConfigurationSchema(IEnumerable<ConfigurationSection> sections)
{
    private const string Dialect = "https://json-schema.org/draft/2020-12/schema";

    private static readonly JsonSerializerOptions Json = new()
    {
        Converters = { new JsonStringEnumConverter() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { DropComputed } },
    };

    private static readonly JsonSerializerOptions Text = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonSchemaExporterOptions Described = new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = SettingDescription.AddTo };

    private static readonly JsonSchemaExporterOptions Bare = new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = SettingDescription.Close };

    // What a start is checked by; comments, which are for readers, would take a third of a second to find.
    private readonly Lazy<JsonObject> _bare = new(() => Build(sections, Bare));

    private readonly Lazy<string> _described = new(() => Build(sections, Described).ToJsonString(Text));

    /// <summary>The whole schema, as text.</summary>
    public override string ToString() => _described.Value;

    /// <summary>The part of a section such as <c>Gateway</c>, without descriptions, ranges and defaults.</summary>
    internal SettingSchema Of(string root) => new((JsonObject)_bare.Value["properties"]![root]!);

    private static JsonObject Build(IEnumerable<ConfigurationSection> sections, JsonSchemaExporterOptions export)
    {
        // What others read from the same file, such as Logging, is theirs to describe.
        var root = new JsonObject { ["$schema"] = Dialect, ["title"] = "LlmGateway's configuration", ["type"] = "object", ["properties"] = new JsonObject() };
        foreach (var section in sections.OrderBy(section => section.Path, StringComparer.Ordinal))
        {
            var node = section.Path.Split(':').Aggregate(root, Open);
            if (section.IsShared)
            {
                node["additionalProperties"] = true;
            }

            var target = node["properties"]!.AsObject();
            var members = Json.GetJsonSchemaAsNode(section.Type, export)["properties"]!.AsObject();
            foreach (var (name, member) in members.ToList())
            {
                members.Remove(name);
                target.TryAdd(name, member);
            }
        }

        return root;
    }

    /// <summary>The node of a section within another, made when it is not there.</summary>
    private static JsonObject Open(JsonObject parent, string name)
    {
        if (parent["properties"]![name] is not JsonObject node)
        {
            node = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject(), ["additionalProperties"] = false };
            parent["properties"]![name] = node;
        }

        return node;
    }

    /// <summary>What a class works out of its settings is none itself.</summary>
    private static void DropComputed(JsonTypeInfo type)
    {
        for (var index = type.Properties.Count - 1; index >= 0; index--)
        {
            if (type.Properties[index].Set is null)
            {
                type.Properties.RemoveAt(index);
            }
        }
    }
}
