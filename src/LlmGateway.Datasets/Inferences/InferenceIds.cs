using System.Buffers.Binary;

namespace LlmGateway.Datasets.Inferences;

/// <summary>A call's id is a UUIDv7, whose first 48 bits are Unix milliseconds: a range of ids is a range of time.</summary>
internal static class InferenceIds
{
    private const int BitsBehindTime = 16;

    /// <summary>The lowest id of a time; every id made earlier is lower.</summary>
    public static Guid Lowest(DateTimeOffset time)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        BinaryPrimitives.WriteInt64BigEndian(bytes, time.ToUnixTimeMilliseconds() << BitsBehindTime);
        return new Guid(bytes, bigEndian: true);
    }
}
