using LlmGateway.Contracts.Gateway;
using Microsoft.Win32.SafeHandles;

namespace LlmGateway.Gateway.Spooling;

/// <summary>Reads segments that an earlier process left.</summary>
internal static class SegmentScan
{
    /// <summary>
    /// The length without a torn tail: a frame begun and not finished, or zeros. Damage that is followed by more
    /// bytes than the frame has is no torn tail and is left to the reader.
    /// </summary>
    public static long WholeLength(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var at = 0;
        while (at < bytes.Length)
        {
            var rest = bytes.AsSpan(at);
            var found = InferenceFrameCodec.Probe(rest, out var length);
            if (found == FrameRead.NeedMore || !rest.ContainsAnyExcept((byte)0))
            {
                return at;
            }

            if (found == FrameRead.Corrupt && !FollowedByFrame(rest, length))
            {
                return bytes.Length;
            }

            at += length;
        }

        return at;
    }

    /// <summary>
    /// True when a damaged frame's own length leads to a whole frame or to the end: then the length is right and only
    /// the payload is damaged. Looking for a frame at any other place would believe a frame inside a caller's body.
    /// </summary>
    public static bool FollowedByFrame(ReadOnlySpan<byte> bytes, int length) =>
        length > 0 && length <= bytes.Length &&
        (length == bytes.Length || InferenceFrameCodec.Probe(bytes[length..], out _) == FrameRead.Whole);

    /// <summary>How many frames stand between two offsets, by their lengths alone.</summary>
    public static long Count(string path, long from, long to)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var count = 0L;
        for (var length = LengthAt(file, from); length > 0 && from < to; length = LengthAt(file, from))
        {
            from += length;
            count++;
        }

        return count;
    }

    private static int LengthAt(SafeFileHandle file, long offset)
    {
        Span<byte> header = stackalloc byte[InferenceFrameCodec.HeaderBytes];
        var read = RandomAccess.Read(file, header, offset);
        _ = InferenceFrameCodec.Probe(header[..read], out var length);
        return length;
    }
}
