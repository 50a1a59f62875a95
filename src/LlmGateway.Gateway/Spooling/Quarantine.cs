using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Gateway.Spooling;

/// <summary>
/// The file where records wait that the store refuses. It has a segment's form: at the next start it is one, and its
/// records are sent again.
/// </summary>
internal sealed class Quarantine(string folder, int maxBytes)
{
    public string Path { get; } = System.IO.Path.Combine(folder, "quarantine");

    public long Bytes => File.Exists(Path) ? new FileInfo(Path).Length : 0;

    /// <summary>Adds a frame. False when it would be over the limit.</summary>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public bool TryAdd(ReadOnlySpan<byte> frame)
    {
        using var file = File.OpenHandle(Path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        var length = RandomAccess.GetLength(file);
        if (length + frame.Length > maxBytes)
        {
            return false;
        }

        try
        {
            RandomAccess.Write(file, frame, length);
            return true;
        }
        catch (IOException)
        {
            RandomAccess.SetLength(file, length);
            throw;
        }
    }

    /// <summary>Makes its records a segment to be shipped. False when there are none.</summary>
    public bool TryRelease(string segmentPath)
    {
        if (Bytes < InferenceFrameCodec.HeaderBytes)
        {
            return false;
        }

        File.Move(Path, segmentPath);
        return true;
    }
}
