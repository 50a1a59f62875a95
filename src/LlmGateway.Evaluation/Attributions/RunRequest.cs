using System.Text.Json;

namespace LlmGateway.Evaluation.Attributions;

/// <summary>Makes the body of a run's creation.</summary>
internal static class RunRequest
{
    /// <param name="dataSource">The data source.</param>
    /// <param name="name">The run's name; null for its id.</param>
    /// <param name="attribution">The attribution that it is made for; null for none.</param>
    public static JsonFields Of(JsonElement dataSource, string? name = null, string? attribution = null) => JsonFields.Of(
        JsonText.Parse(JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            if (name is not null)
            {
                writer.WriteString("name", name);
            }

            if (attribution is not null)
            {
                writer.WriteStartObject("metadata");
                writer.WriteString("attribution_id", attribution);
                writer.WriteEndObject();
            }

            writer.WritePropertyName("data_source");
            dataSource.WriteTo(writer);
            writer.WriteEndObject();
        })),
        "");
}
