using System.IO.Compression;

namespace LlmGateway.Datasets.Inferences;

/// <summary>The form of a body in its column: one byte tells whether the rest is Brotli or the body itself.</summary>
internal static class BodyCodec
{
    public const byte Plain = 0;
    public const byte Brotli = 1;

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
}
