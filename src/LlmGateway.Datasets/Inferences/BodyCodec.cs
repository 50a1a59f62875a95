using System.Buffers;
using System.IO.Compression;

namespace LlmGateway.Datasets.Inferences;

/// <summary>Packs a body for its column: one byte tells whether the rest is Brotli or the body itself.</summary>
internal static class BodyCodec
{
    /// <summary>Bodies below this many bytes gain too little to be worth the time.</summary>
    private const int MinCompressedSize = 256;

    /// <summary>The fastest: log ingestion is bound by CPU, and JSON shrinks well at any quality.</summary>
    private const int Quality = 1;

    private const int Window = 18;
    private const byte Plain = 0;
    private const byte Brotli = 1;

    public static byte[] Pack(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
        {
            return [];
        }

        return body.Length >= MinCompressedSize && TryCompress(body) is { } packed ? packed : [Plain, .. body];
    }

    public static byte[] Unpack(byte[] packed)
    {
        if (packed.Length == 0)
        {
            return [];
        }

        if (packed[0] == Plain)
        {
            return packed[1..];
        }

        using var source = new BrotliStream(new MemoryStream(packed, 1, packed.Length - 1), CompressionMode.Decompress);
        using var body = new MemoryStream(packed.Length * 4);
        source.CopyTo(body);
        return body.ToArray();
    }

    private static byte[]? TryCompress(ReadOnlySpan<byte> body)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(body.Length);
        try
        {
            buffer[0] = Brotli;
            return BrotliEncoder.TryCompress(body, buffer.AsSpan(1, body.Length - 1), out var written, Quality, Window)
                ? buffer.AsSpan(0, written + 1).ToArray()
                : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
