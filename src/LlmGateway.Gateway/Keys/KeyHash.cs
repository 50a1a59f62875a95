using System.Buffers.Binary;
using System.Security.Cryptography;

namespace LlmGateway.Gateway.Keys;

/// <summary>A key's SHA-256 as a value, to look it up by without an allocation.</summary>
internal readonly record struct KeyHash(UInt128 High, UInt128 Low)
{
    private const int Half = SHA256.HashSizeInBytes / 2;

    public static KeyHash Of(ReadOnlySpan<byte> digest) => new(BinaryPrimitives.ReadUInt128BigEndian(digest), BinaryPrimitives.ReadUInt128BigEndian(digest[Half..]));

    public byte[] ToArray()
    {
        var digest = new byte[SHA256.HashSizeInBytes];
        BinaryPrimitives.WriteUInt128BigEndian(digest, High);
        BinaryPrimitives.WriteUInt128BigEndian(digest.AsSpan(Half), Low);
        return digest;
    }
}
