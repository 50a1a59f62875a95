using System.Text.Json;
using LlmGateway.Datasets.Inferences;
using LlmGateway.OpenAI;
using LlmGateway.Service;

namespace LlmGateway.Datasets.StoredCompletions;

/// <summary>Writes a stored completion: the answer's own members, the request's settings, and the metadata.</summary>
internal static class CompletionWriter
{
    /// <summary>Request members that OpenAI's stored completions carry, under the name they have there.</summary>
    private static readonly (string InRequest, string InAnswer)[] Settings =
    [
        ("tools", "tools"),
        ("tool_choice", "tool_choice"),
        ("seed", "seed"),
        ("temperature", "temperature"),
        ("top_p", "top_p"),
        ("presence_penalty", "presence_penalty"),
        ("frequency_penalty", "frequency_penalty"),
        ("response_format", "response_format"),
        ("user", "input_user"),
    ];

    private static readonly HashSet<string> Ours = [.. Settings.Select(setting => setting.InAnswer), "id", "object", "metadata", "request_id"];

    public static void Write(Utf8JsonWriter writer, Inference row, InferenceBody? bodies, IReadOnlyDictionary<string, string> metadata)
    {
        using var request = StoredJson.Parse(BodyCodec.Unpack(bodies?.Request ?? []));
        using var response = StoredJson.Parse(ReadAnswer(row, bodies));
        writer.WriteStartObject();
        writer.WriteString("id", row.BodyId);
        writer.WriteString("object", "chat.completion");
        WriteAnswer(writer, row, response?.RootElement);
        writer.WriteString("request_id", row.Id);
        WriteSettings(writer, request?.RootElement);
        writer.WriteStartObject("metadata");
        foreach (var (key, value) in metadata)
        {
            writer.WriteString(key, value);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>The answer's body, a stream's assembled.</summary>
    public static byte[] ReadAnswer(Inference row, InferenceBody? bodies)
    {
        var body = BodyCodec.Unpack(bodies?.Response ?? []);
        return row.Streamed && StreamAssembler.TryAssemble(row.Operation, body, out var whole, out _) ? whole : body;
    }

    private static void WriteAnswer(Utf8JsonWriter writer, Inference row, JsonElement? answer)
    {
        if (answer is not { } whole || !whole.TryGetProperty("choices", out _))
        {
            WriteWithoutBody(writer, row);
            return;
        }

        foreach (var member in whole.EnumerateObject().Where(member => !Ours.Contains(member.Name)))
        {
            member.WriteTo(writer);
        }
    }

    /// <summary>What the row alone tells: for an answer too large to have been kept whole.</summary>
    private static void WriteWithoutBody(Utf8JsonWriter writer, Inference row)
    {
        writer.WriteNumber("created", UnixMicros.ToSeconds(row.CreatedAtMicros));
        writer.WriteString("model", row.Model ?? row.RequestedModel);
        writer.WriteStartArray("choices");
        writer.WriteEndArray();
    }

    private static void WriteSettings(Utf8JsonWriter writer, JsonElement? request)
    {
        foreach (var (inRequest, inAnswer) in Settings)
        {
            writer.WritePropertyName(inAnswer);
            if (request is { } body && body.TryGetProperty(inRequest, out var value))
            {
                value.WriteTo(writer);
            }
            else
            {
                writer.WriteNullValue();
            }
        }
    }
}
