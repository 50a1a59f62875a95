using System.Globalization;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Spooling;

/// <summary>The file that tells up to where frames are shipped. It is replaced by a rename: it is old or new, never half.</summary>
internal sealed class Checkpoint(string folder)
{
    private readonly string _path = Path.Combine(folder, "checkpoint");

    /// <summary>The place saved last; the beginning when there is none or it cannot be read, for sending twice does no harm.</summary>
    public SpoolPosition Read()
    {
        if (!File.Exists(_path))
        {
            return SpoolPosition.Start;
        }

        var parts = File.ReadAllText(_path).Split(' ');
        return parts.Length == 2 &&
            long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var segment) &&
            long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            ? new SpoolPosition(segment, offset)
            : SpoolPosition.Start;
    }

    /// <exception cref="IOException">The disk does not take it; the old place stays.</exception>
    public void Write(SpoolPosition position)
    {
        CrashPoint.Reach("checkpoint.before");
        var next = _path + ".next";
        File.WriteAllText(next, string.Create(CultureInfo.InvariantCulture, $"{position.Segment} {position.Offset}"));
        File.Move(next, _path, overwrite: true);
        CrashPoint.Reach("checkpoint.after");
    }
}
