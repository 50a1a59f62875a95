using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using LlmGateway.Gateway.OwnCalls;

namespace LlmGateway.Gateway.Batches;

/// <summary>Lines of output and error files, in OpenAI's form.</summary>
internal static class OutputLine
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static BatchResult Of(Batch batch, BatchRequestLine request, OwnAnswer answer) => new()
    {
        BatchId = batch.Id,
        Line = request.Line,
        IsFailed = !answer.IsGood,
        Output = Write(batch, request, answer),
    };

    /// <summary>A request that was not made.</summary>
    public static byte[] Unmade(Batch batch, BatchRequestLine request, BatchError error) =>
        Write(batch, request, OwnAnswer.Without(error.Code, error.Message, mayPass: false));

    private static byte[] Write(Batch batch, BatchRequestLine request, OwnAnswer answer)
    {
        var buffer = new ArrayBufferWriter<byte>(answer.Body.Length + 512);
        using var writer = new Utf8JsonWriter(buffer, Options);
        writer.WriteStartObject();
        writer.WriteString("id", $"batch_req_{batch.LogId:N}_{request.Line}");
        writer.WriteString("custom_id", request.CustomId);
        WriteResponse(writer, answer);
        WriteError(writer, answer.Fault);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteResponse(Utf8JsonWriter writer, OwnAnswer answer)
    {
        writer.WritePropertyName("response");
        if (answer.Status is not { } status || answer.Fault is not null)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        writer.WriteNumber("status_code", (int)status);
        writer.WriteString("request_id", answer.RequestId);
        writer.WritePropertyName("body");
        writer.WriteRawValue(OnOneLine(answer.Body));
        writer.WriteEndObject();
    }

    private static void WriteError(Utf8JsonWriter writer, CallFault? error)
    {
        writer.WritePropertyName("error");
        if (error is null)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("code", error.Code);
        writer.WriteString("message", error.Message);
        writer.WriteEndObject();
    }

    /// <summary>In JSON a line's end stands between tokens only.</summary>
    private static ReadOnlySpan<byte> OnOneLine(byte[] json)
    {
        json.AsSpan().Replace((byte)'\n', (byte)' ');
        json.AsSpan().Replace((byte)'\r', (byte)' ');
        return json;
    }
}
