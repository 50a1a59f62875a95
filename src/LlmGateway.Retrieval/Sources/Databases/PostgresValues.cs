using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace LlmGateway.Retrieval.Sources.Databases;

/// <summary>Values that PostgreSQL sent as text, whatever their type: numbers, booleans and JSON as these, all else as text.</summary>
internal static class PostgresValues
{
    private const int Chunk = 4096;

    public static bool TryWrite(DbDataReader reader, int index, Utf8JsonWriter json, int room)
    {
        using var source = reader.GetTextReader(index);
        if (ReadAll(source, room) is not { } text)
        {
            return false;
        }

        switch (reader.GetDataTypeName(index))
        {
            case "boolean":
                json.WriteBooleanValue(text == "t");
                break;
            case "smallint" or "integer" or "bigint" or "real" or "double precision":
                WriteNumber(json, text);
                break;
            case var type when type.StartsWith("numeric", StringComparison.Ordinal):
                WriteNumber(json, text);
                break;
            case "json" or "jsonb":
                json.WriteRawValue(text, skipInputValidation: true);
                break;
            default:
                json.WriteStringValue(text);
                break;
        }

        return true;
    }

    /// <summary>NaN and infinities are numbers to PostgreSQL and none to JSON.</summary>
    private static void WriteNumber(Utf8JsonWriter json, string text)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            json.WriteRawValue(text, skipInputValidation: true);
        }
        else
        {
            json.WriteStringValue(text);
        }
    }

    /// <returns>Null when there is more than there is room for.</returns>
    private static string? ReadAll(TextReader source, int room)
    {
        var text = new StringBuilder();
        var buffer = new char[Math.Min(Chunk, room + 1)];
        while (source.ReadBlock(buffer) is var length and > 0)
        {
            text.Append(buffer, 0, length);
            if (text.Length > room)
            {
                return null;
            }
        }

        return text.ToString();
    }
}
