using System.Text.Json;

namespace LlmGateway.Datasets.StoredResponses;

/// <summary>Writes a stored response: the answer as the caller got it, with the call's metadata, which not every provider is told.</summary>
internal static class ResponseWriter
{
    public static void Write(Utf8JsonWriter writer, JsonElement answer, IReadOnlyDictionary<string, string> metadata)
    {
        writer.WriteStartObject();
        foreach (var member in answer.EnumerateObject())
        {
            if (member.Name != "metadata")
            {
                member.WriteTo(writer);
            }
        }

        writer.WriteStartObject("metadata");
        foreach (var (key, value) in metadata)
        {
            writer.WriteString(key, value);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
