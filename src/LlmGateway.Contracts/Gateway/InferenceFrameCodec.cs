using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;

namespace LlmGateway.Contracts.Gateway;

/// <summary>
/// The binary form of an <see cref="InferenceFrame"/>, on disk and on the wire. Little-endian:
/// <c>[u32 payload length][u32 CRC-32C of the payload]</c>, and as payload
/// <c>[u32 record length][u32 request length][record JSON][request][response]</c>. Bodies are raw, never escaped.
/// A file, or an HTTP body, is frames one after another with nothing between them.
/// </summary>
public static class InferenceFrameCodec
{
    /// <summary>Media type of an HTTP body that is a concatenation of frames.</summary>
    public const string MediaType = "application/x-llmgateway-frames";

    /// <summary>Longer bodies are cut to this size, 1 MB.</summary>
    public const int MaxBodyBytes = 1 << 20;

    /// <summary>A record whose JSON is longer, over 256 KB, is refused.</summary>
    public const int MaxRecordBytes = 256 << 10;

    /// <summary>The longest frame there can be, header included.</summary>
    public const int MaxFrameBytes = HeaderBytes + LengthsBytes + MaxRecordBytes + (2 * MaxBodyBytes);

    /// <summary>Length of the header in bytes.</summary>
    public const int HeaderBytes = 8;

    private const int LengthsBytes = 8;

    [ThreadStatic]
    private static Scratch? _scratch;

    /// <summary>Writes one frame.</summary>
    /// <exception cref="ArgumentException">The record's JSON is over <see cref="MaxRecordBytes"/>; nothing was written.</exception>
    public static void Write(IBufferWriter<byte> output, in InferenceFrame frame) =>
        Write(output, frame.Record, new ReadOnlySequence<byte>(frame.Request), new ReadOnlySequence<byte>(frame.Response));

    /// <inheritdoc cref="Write(IBufferWriter{byte}, in InferenceFrame)"/>
    /// <remarks>Each body is copied once, straight into <paramref name="output"/>.</remarks>
    public static void Write(IBufferWriter<byte> output, InferenceRecord record, in ReadOnlySequence<byte> request, in ReadOnlySequence<byte> response)
    {
        var json = (_scratch ??= new Scratch()).Serialize(record);
        var requestLength = (int)Math.Min(request.Length, MaxBodyBytes);
        var responseLength = (int)Math.Min(response.Length, MaxBodyBytes);
        var payloadLength = LengthsBytes + json.Length + requestLength + responseLength;

        var frame = output.GetSpan(HeaderBytes + payloadLength)[..(HeaderBytes + payloadLength)];
        var payload = frame[HeaderBytes..];
        BinaryPrimitives.WriteInt32LittleEndian(payload, json.Length);
        BinaryPrimitives.WriteInt32LittleEndian(payload[4..], requestLength);
        var rest = payload[LengthsBytes..];
        json.CopyTo(rest);
        request.Slice(0, requestLength).CopyTo(rest[json.Length..]);
        response.Slice(0, responseLength).CopyTo(rest[(json.Length + requestLength)..]);
        BinaryPrimitives.WriteInt32LittleEndian(frame, payloadLength);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[4..], Crc32C.Compute(payload));
        output.Advance(frame.Length);
    }

    /// <summary>
    /// Reads the frame at the beginning of <paramref name="bytes"/> and moves them past it. When the result is not
    /// <see cref="FrameRead.Whole"/> they stay where they are.
    /// </summary>
    /// <param name="bytes">Frames one after another.</param>
    /// <param name="frame">Its bodies are slices of <paramref name="bytes"/>, not copies.</param>
    public static FrameRead TryRead(ref ReadOnlyMemory<byte> bytes, out InferenceFrame frame)
    {
        frame = default;
        var found = Probe(bytes.Span, out var length);
        if (found != FrameRead.Whole)
        {
            return found;
        }

        var payload = bytes[HeaderBytes..length];
        var recordLength = BinaryPrimitives.ReadInt32LittleEndian(payload.Span);
        var requestLength = BinaryPrimitives.ReadInt32LittleEndian(payload.Span[4..]);
        var bodies = payload[(LengthsBytes + recordLength)..];
        if (Deserialize(payload.Span.Slice(LengthsBytes, recordLength)) is not { } record)
        {
            return FrameRead.Corrupt;
        }

        frame = new InferenceFrame(record, bodies[..requestLength], bodies[requestLength..]);
        bytes = bytes[length..];
        return FrameRead.Whole;
    }

    /// <inheritdoc cref="TryRead(ref ReadOnlyMemory{byte}, out InferenceFrame)"/>
    /// <remarks>A frame that spans segments is copied once; one that lies within a segment is not.</remarks>
    public static FrameRead TryRead(ref ReadOnlySequence<byte> bytes, out InferenceFrame frame)
    {
        frame = default;
        var found = ReadLength(bytes, out var length);
        if (found != FrameRead.Whole)
        {
            return found;
        }

        var whole = bytes.Slice(0, length);
        var memory = whole.IsSingleSegment ? whole.First : whole.ToArray();
        found = TryRead(ref memory, out frame);
        if (found == FrameRead.Whole)
        {
            bytes = bytes.Slice(length);
        }

        return found;
    }

    /// <summary>Tells what stands at the beginning of <paramref name="bytes"/> without parsing its record.</summary>
    /// <param name="bytes">Frames one after another.</param>
    /// <param name="length">
    /// Length of the frame with its header, as far as the header is there and possible; else 0. It is also given for a
    /// frame that is cut off or whose checksum is wrong.
    /// </param>
    public static FrameRead Probe(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        if (bytes.Length < HeaderBytes)
        {
            return FrameRead.NeedMore;
        }

        var payloadLength = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (payloadLength is < LengthsBytes or > MaxFrameBytes - HeaderBytes)
        {
            return FrameRead.Corrupt;
        }

        length = HeaderBytes + (int)payloadLength;
        if (bytes.Length < length)
        {
            return FrameRead.NeedMore;
        }

        var payload = bytes[HeaderBytes..length];
        ulong recordLength = BinaryPrimitives.ReadUInt32LittleEndian(payload);
        ulong requestLength = BinaryPrimitives.ReadUInt32LittleEndian(payload[4..]);
        var fits = recordLength + requestLength + LengthsBytes <= payloadLength;
        return fits && Crc32C.Compute(payload) == BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) ? FrameRead.Whole : FrameRead.Corrupt;
    }

    private static FrameRead ReadLength(in ReadOnlySequence<byte> bytes, out int length)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        var present = bytes.Slice(0, Math.Min(bytes.Length, HeaderBytes));
        present.CopyTo(header);
        var found = Probe(header[..(int)present.Length], out length);
        if (found == FrameRead.Corrupt || length == 0)
        {
            return found;
        }

        return bytes.Length < length ? FrameRead.NeedMore : FrameRead.Whole;
    }

    private static InferenceRecord? Deserialize(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, InferenceRecordJsonContext.Default.InferenceRecord);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A thread's own buffer for the record's JSON, whose length must be known before the frame is begun.</summary>
    private sealed class Scratch : IDisposable
    {
        private readonly ArrayBufferWriter<byte> _buffer = new(2048);
        private readonly Utf8JsonWriter _writer;

        public Scratch() => _writer = new Utf8JsonWriter(_buffer, new JsonWriterOptions { SkipValidation = true });

        public ReadOnlySpan<byte> Serialize(InferenceRecord record)
        {
            _buffer.ResetWrittenCount();
            _writer.Reset();
            JsonSerializer.Serialize(_writer, record, InferenceRecordJsonContext.Default.InferenceRecord);
            _writer.Flush();
            var json = _buffer.WrittenSpan;
            // A giant one must not stay in memory for as long as the thread lives.
            if (_buffer.Capacity > 2 * MaxRecordBytes)
            {
                Drop();
            }

            return json.Length <= MaxRecordBytes
                ? json
                : throw new ArgumentException($"The record takes {json.Length} bytes as JSON; at most {MaxRecordBytes} are allowed.", nameof(record));
        }

        public void Dispose() => _writer.Dispose();

        private void Drop()
        {
            _scratch = null;
            Dispose();
        }
    }
}
