using System.Text.Json;
using LlmGateway.Evaluation.Runs;

namespace LlmGateway.Evaluation.SavedItems;

/// <summary>
/// The two answers to a logged call: <c>baseline</c>, what was answered then, and <c>candidate</c>, what the run's model said. Both
/// have <c>output_text</c>, <c>model</c>, <c>inference_id</c>, <c>latency_ms</c> and <c>cost_usd</c>, as far as they are known.
/// </summary>
internal static class SavedPair
{
    private static readonly string[] Measures = ["model", "inference_id", "latency_ms", "cost_usd"];

    /// <summary>Writes nothing for an item that is no logged call, or whose sample could not be had.</summary>
    public static void Write(Utf8JsonWriter writer, JsonElement item, OutputItem row)
    {
        if (row is { IsSampled: true, Sample: { } json } && item.TryGetProperty("output_text", out var logged))
        {
            var sample = JsonText.Parse(json);
            Write(writer, "baseline", logged, item);
            Write(writer, "candidate", sample.GetProperty("output")[0].GetProperty("content"), sample);
        }
    }

    private static void Write(Utf8JsonWriter writer, string name, JsonElement text, JsonElement from)
    {
        writer.WriteStartObject(name);
        writer.WritePropertyName("output_text");
        text.WriteTo(writer);
        foreach (var measure in Measures)
        {
            if (from.TryGetProperty(measure, out var value) && value.ValueKind != JsonValueKind.Null)
            {
                writer.WritePropertyName(measure);
                value.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
    }
}
