using System.IO.Compression;

namespace LlmGateway.Retrieval.Extraction;

/// <summary>
/// What an archive may unpack to, so that a small file cannot fill the memory. The sizes that an archive declares can be relied on:
/// unpacking stops there.
/// </summary>
internal static class ArchiveBounds
{
    /// <summary>Of all parts together: 256 MiB.</summary>
    public const long MaxUnpackedBytes = 256 << 20;

    private const int MaxEntries = 10_000;

    /// <summary>Text packs about ten times, and XML that repeats itself fifty times.</summary>
    private const int MaxRatio = 100;

    /// <summary>Below it the ratio does not matter.</summary>
    private const long SmallBytes = 1 << 20;

    /// <exception cref="UnreadableFileException">It has too many parts, or unpacks to too much.</exception>
    public static void Check(ZipArchive archive)
    {
        if (archive.Entries.Count > MaxEntries)
        {
            throw UnreadableFileException.Invalid($"The document has more than {MaxEntries:N0} parts. Split it.");
        }

        var unpacked = 0L;
        foreach (var entry in archive.Entries)
        {
            unpacked += entry.Length;
            if (unpacked > MaxUnpackedBytes || (entry.Length > SmallBytes && entry.Length / Math.Max(entry.CompressedLength, 1) > MaxRatio))
            {
                throw UnreadableFileException.Invalid($"The document unpacks to far more than its size, or to more than {MaxUnpackedBytes >> 20} MiB. Split it.");
            }
        }
    }
}
