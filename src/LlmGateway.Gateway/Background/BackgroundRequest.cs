using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using LlmGateway.Gateway.Dialects;

namespace LlmGateway.Gateway.Background;

/// <summary>A request as it is made later: like one whose caller waits. Other values keep their bytes.</summary>
internal static class BackgroundRequest
{
    private static readonly string[] LeftOut = ["background", "stream", "stream_options"];
    private static readonly JsonWriterOptions Options = JsonMembers.Relaxed with { SkipValidation = true };

    public static byte[] Write(JsonElement request)
    {
        var target = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(target, Options);
        json.WriteStartObject();
        foreach (var member in request.EnumerateObject())
        {
            if (!LeftOut.Contains(member.Name))
            {
                json.WritePropertyName(member.Name);
                json.WriteRawValue(JsonMarshal.GetRawUtf8Value(member.Value), skipInputValidation: true);
            }
        }

        json.WriteEndObject();
        json.Flush();
        return target.WrittenSpan.ToArray();
    }
}
