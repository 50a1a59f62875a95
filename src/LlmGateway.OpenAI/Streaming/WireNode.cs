using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmGateway.OpenAI;

/// <summary>Writes a tree as JSON, letters of all scripts as themselves: escapes would make most languages three times as long.</summary>
internal static class WireNode
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] ToBytes(JsonNode node)
    {
        var target = new ArrayBufferWriter<byte>();
        Write(target, node);
        return target.WrittenSpan.ToArray();
    }

    public static void Write(IBufferWriter<byte> target, JsonNode node)
    {
        using var writer = new Utf8JsonWriter(target, Options);
        node.WriteTo(writer);
    }
}
