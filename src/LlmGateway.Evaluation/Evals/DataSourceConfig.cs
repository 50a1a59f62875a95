using System.Text.Json;
using LlmGateway.Evaluation.Templates;
using LlmGateway.Schemas;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Evals;

/// <summary>The form of an eval's items, and whether samples belong to them.</summary>
/// <param name="Json">As it is shown and kept.</param>
/// <param name="ItemSchema">The items' JSON Schema.</param>
/// <param name="HasSample">Whether graders may refer to a sample.</param>
/// <param name="Metadata">What logged calls must carry to be items, an object of texts; null for nothing.</param>
internal sealed record DataSourceConfig(string Json, JsonElement ItemSchema, bool HasSample, JsonElement? Metadata)
{
    private static readonly JsonElement AnyItem = JsonText.Parse("""{"type":"object"}""");

    private static readonly JsonElement SampleSchema = JsonText.Parse(
        """{"type":"object","properties":{"model":{"type":"string"},"output_text":{"type":"string"},"output_json":{},"output_tools":{"type":"array"},"finish_reason":{"type":"string"}},"required":["model","output_text"]}""");

    public TemplateScope Scope => new(ItemSchema, HasSample);

    /// <summary>Reads a request's.</summary>
    /// <exception cref="ApiException">It is malformed, or its schema is (400).</exception>
    public static async Task<DataSourceConfig> ReadAsync(JsonFields fields, CancellationToken cancellationToken)
    {
        var type = fields.Choice("type", "custom", "logs", "stored_completions");
        if (type != "custom")
        {
            fields.Only("type", "metadata");
            return Show(type, AnyItem, hasSample: true, Evaluation.Metadata.Read(fields));
        }

        fields.Only("type", "item_schema", "include_sample_schema");
        var schema = fields.Value("item_schema");
        await CallerSchema.ParseAsync(schema, fields.At("item_schema"), cancellationToken);
        return Show(type, schema, fields.FindBoolean("include_sample_schema", false), null);
    }

    /// <summary>Reads what an eval keeps.</summary>
    public static DataSourceConfig ReadStored(string json)
    {
        var config = JsonText.Parse(json);
        var properties = config.GetProperty("schema").GetProperty("properties");
        return new DataSourceConfig(
            json,
            properties.GetProperty(TemplatePath.Item),
            properties.TryGetProperty(TemplatePath.Sample, out _),
            config.TryGetProperty("metadata", out var metadata) ? metadata : null);
    }

    private static DataSourceConfig Show(string type, JsonElement itemSchema, bool hasSample, string? metadata)
    {
        var json = JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("type", type);
            if (metadata is not null)
            {
                writer.WritePropertyName("metadata");
                writer.WriteRawValue(metadata);
            }

            writer.WritePropertyName("schema");
            WriteSchema(writer, itemSchema, hasSample);
            writer.WriteEndObject();
        });
        return new DataSourceConfig(json, itemSchema, hasSample, metadata is null ? null : JsonText.Parse(metadata));
    }

    private static void WriteSchema(Utf8JsonWriter writer, JsonElement itemSchema, bool hasSample)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "object");
        writer.WriteStartObject("properties");
        writer.WritePropertyName(TemplatePath.Item);
        itemSchema.WriteTo(writer);
        if (hasSample)
        {
            writer.WritePropertyName(TemplatePath.Sample);
            SampleSchema.WriteTo(writer);
        }

        writer.WriteEndObject();
        writer.WriteStartArray("required");
        writer.WriteStringValue(TemplatePath.Item);
        if (hasSample)
        {
            writer.WriteStringValue(TemplatePath.Sample);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
