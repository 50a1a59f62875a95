using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmGateway.Datasets.Versions.Sources;

/// <summary>Conditions as one object or as an array of them.</summary>
internal sealed class OneOrMany : JsonConverter<IReadOnlyList<FeedbackCondition>>
{
    public override IReadOnlyList<FeedbackCondition> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return [Next(ref reader)];
        }

        var conditions = new List<FeedbackCondition>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            conditions.Add(Next(ref reader));
        }

        return conditions;
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<FeedbackCondition> value, JsonSerializerOptions options)
    {
        if (value is [var only])
        {
            JsonSerializer.Serialize(writer, only, DatasetsJsonContext.Default.FeedbackCondition);
            return;
        }

        writer.WriteStartArray();
        foreach (var condition in value)
        {
            JsonSerializer.Serialize(writer, condition, DatasetsJsonContext.Default.FeedbackCondition);
        }

        writer.WriteEndArray();
    }

    private static FeedbackCondition Next(ref Utf8JsonReader reader) =>
        JsonSerializer.Deserialize(ref reader, DatasetsJsonContext.Default.FeedbackCondition) ?? throw new JsonException("A condition is an object.");
}
