using System.Buffers.Binary;

namespace LlmGateway.Service;

/// <summary>
/// Ids of rows: a prefix over a UUIDv7 in lower-case hex. Its first 48 bits are Unix milliseconds, so within a prefix the
/// order of ids, as text, is that of time, and a range of ids is a range of time.
/// </summary>
public static class RowIds
{
    private const int BitsBehindTime = 16;

    /// <summary>A new id.</summary>
    /// <param name="prefix">With its separator, such as <c>file-</c>.</param>
    /// <param name="now">The present time.</param>
    public static string New(string prefix, DateTimeOffset now) => $"{prefix}{Guid.CreateVersion7(now):N}";

    /// <summary>The lowest id of a time; every id made earlier is lower.</summary>
    public static string Lowest(string prefix, DateTimeOffset time) => $"{prefix}{Lowest(time):N}";

    /// <summary>The lowest UUIDv7 of a time; every one made earlier is lower.</summary>
    public static Guid Lowest(DateTimeOffset time)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        BinaryPrimitives.WriteInt64BigEndian(bytes, time.ToUnixTimeMilliseconds() << BitsBehindTime);
        return new Guid(bytes, bigEndian: true);
    }
}
