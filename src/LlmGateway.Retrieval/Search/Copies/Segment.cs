namespace LlmGateway.Retrieval.Search;

/// <summary>A batch of files' chunks and an index of them.</summary>
/// <param name="Files">Rows of the files.</param>
/// <param name="FileOf">Of each chunk, which of the files it is of.</param>
/// <param name="PlaceOf">Of each chunk, its place in the file.</param>
/// <param name="Index">The index, in which the chunks have the same order.</param>
/// <param name="Live">Which chunks are still in the store; null for all.</param>
internal sealed record Segment<TIndex>(IReadOnlyList<string> Files, int[] FileOf, int[] PlaceOf, TIndex Index, bool[]? Live = null)
{
    private const int BytesOfFile = 80;

    public int Count => FileOf.Length;

    public int LiveCount { get; } = Live?.Count(live => live) ?? FileOf.Length;

    public long SizeBytes => (9L * Count) + (BytesOfFile * Files.Count);

    public ChunkKey Chunk(int number) => new(Files[FileOf[number]], PlaceOf[number]);

    /// <summary>The same where some files are no more.</summary>
    public Segment<TIndex> Keep(Predicate<string> isPresent) => new(Files, FileOf, PlaceOf, Index, Of(isPresent));

    /// <summary>Which chunks are of some files; null for all.</summary>
    public bool[]? Of(Predicate<string> isWanted)
    {
        var wanted = new bool[Files.Count];
        var all = true;
        for (var file = 0; file < wanted.Length; file++)
        {
            wanted[file] = isWanted(Files[file]);
            all &= wanted[file];
        }

        return all ? null : Array.ConvertAll(FileOf, file => wanted[file]);
    }
}
