using System.Text.Encodings.Web;
using System.Text.Json;

namespace LlmGateway.Gateway.Dialects;

/// <summary>Reads members of what others wrote: a member that is not there, or of another type, is null.</summary>
internal static class JsonMembers
{
    /// <summary>Letters of all scripts stand as themselves.</summary>
    public static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    extension(JsonElement owner)
    {
        /// <summary>A member; null when it is absent or null.</summary>
        public JsonElement? Member(string name) =>
            owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

        /// <summary>A member that is a string.</summary>
        public string? Text(string name) => owner.Member(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

        /// <summary>A member that is a whole number.</summary>
        public long? Count(string name) => owner.Member(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var count) ? count : null;

        /// <summary>A member that is a number.</summary>
        public double? Number(string name) => owner.Member(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out var value) ? value : null;

        /// <summary>A member that is an object.</summary>
        public JsonElement? Object(string name) => owner.Member(name) is { ValueKind: JsonValueKind.Object } value ? value : null;

        /// <summary>The objects of a member that is a list; none when it is not.</summary>
        public IEnumerable<JsonElement> Objects(string name) =>
            owner.Member(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object) : [];

        public bool IsTrue(string name) => owner.Member(name) is { ValueKind: JsonValueKind.True };

        /// <summary>Its <c>type</c>.</summary>
        public string? Kind => owner.Text("type");
    }

    extension(Utf8JsonWriter json)
    {
        /// <summary>Writes a member as it stands elsewhere, unless it is absent.</summary>
        public void WriteCopy(string name, JsonElement? value)
        {
            if (value is { } present)
            {
                json.WritePropertyName(name);
                present.WriteTo(json);
            }
        }

        /// <summary>Writes a number, unless it is unknown.</summary>
        public void WriteKnown(string name, long? value)
        {
            if (value is { } known)
            {
                json.WriteNumber(name, known);
            }
        }
    }
}
