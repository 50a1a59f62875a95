using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace LlmGateway.Gateway.Spooling;

/// <summary>One file of frames. It is written while <see cref="File"/> is open, and never again once it was closed.</summary>
internal sealed class Segment(string folder, long number, long capacity)
{
    private const string Extension = ".seg";

    public long Number { get; } = number;

    public long Capacity { get; } = capacity;

    public string Path { get; } = PathOf(folder, number);

    /// <summary>Open for writing; null when the segment is sealed.</summary>
    public SafeFileHandle? File { get; set; }

    /// <summary>Bytes of whole frames. What may stand behind them in the file does not count.</summary>
    public long Length { get; set; }

    /// <summary>Bytes known to be on the disk itself.</summary>
    public long Synced { get; set; }

    /// <summary>It has bytes that could not be read: it is set aside instead of deleted.</summary>
    public bool Damaged { get; set; }

    public static string PathOf(string folder, long number) =>
        System.IO.Path.Combine(folder, number.ToString("D20", CultureInfo.InvariantCulture) + Extension);

    /// <summary>The segments in a folder, oldest first.</summary>
    public static List<Segment> List(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*" + Extension)
            .Select(path => System.IO.Path.GetFileNameWithoutExtension(path))
            .Where(name => long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Select(name => new Segment(folder, long.Parse(name, CultureInfo.InvariantCulture), 0))
            .Select(segment =>
            {
                segment.Length = new FileInfo(segment.Path).Length;
                return segment;
            })
            .OrderBy(segment => segment.Number)];

    /// <summary>Ends the writing. A frame that was begun and not finished is cut off, as far as the disk lets us.</summary>
    public void Seal()
    {
        if (File is null)
        {
            return;
        }

        try
        {
            if (RandomAccess.GetLength(File) > Length)
            {
                RandomAccess.SetLength(File, Length);
            }
        }
        catch (IOException)
        {
            // A reader sees the cut-off frame, and that nothing follows it.
        }

        File.Dispose();
        File = null;
    }

    /// <summary>Removes the file once all its frames are shipped; a damaged one is renamed to <c>….seg.corrupt</c>.</summary>
    public void Remove()
    {
        try
        {
            if (Damaged)
            {
                System.IO.File.Move(Path, Path + ".corrupt", overwrite: true);
            }
            else
            {
                System.IO.File.Delete(Path);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It lies before the checkpoint: the next start tries again.
        }
    }
}
