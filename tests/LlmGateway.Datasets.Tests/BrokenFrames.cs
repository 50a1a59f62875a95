using System.Buffers.Binary;
using System.Numerics;
using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Datasets.Tests;

/// <summary>Frames that are whole and yet hold what no row may hold.</summary>
internal static class BrokenFrames
{
    /// <summary>Takes the project <c>proj_a</c> out of a frame and makes its checksum right again.</summary>
    public static byte[] WithoutProject(byte[] frame)
    {
        "null    "u8.CopyTo(frame.AsSpan(frame.AsSpan().IndexOf("\"proj_a\""u8)));
        var checksum = uint.MaxValue;
        foreach (var b in frame.AsSpan(InferenceFrameCodec.HeaderBytes))
        {
            checksum = BitOperations.Crc32C(checksum, b);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(4), ~checksum);
        return frame;
    }
}
