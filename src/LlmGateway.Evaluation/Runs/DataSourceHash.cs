using System.Security.Cryptography;
using System.Text.Json;

namespace LlmGateway.Evaluation.Runs;

/// <summary>Tells data sources apart by what they say, whatever the order of their members and the spaces between them.</summary>
internal static class DataSourceHash
{
    /// <summary>Hexadecimal digits of a SHA-256.</summary>
    public static string Of(JsonElement dataSource) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonText.WriteBytes(writer => WriteSorted(writer, dataSource)).Span));

    private static void WriteSorted(Utf8JsonWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(member.Name);
                    WriteSorted(writer, member.Value);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var element in value.EnumerateArray())
                {
                    WriteSorted(writer, element);
                }

                writer.WriteEndArray();
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }
}
