namespace LlmGateway.Retrieval.Search;

/// <summary>A process's copy of a store's chunks: segments whose chunks are numbered one after another.</summary>
/// <param name="Version">The version of the store that it is of.</param>
/// <param name="Segments">Larger ones first.</param>
/// <param name="SizeBytes">What it takes in memory, nearly.</param>
internal abstract record SegmentedCopy<TIndex>(long Version, IReadOnlyList<Segment<TIndex>> Segments, long SizeBytes) : IStoreCopy
{
    /// <summary>The chunk of a number.</summary>
    protected ChunkKey Chunk(int number)
    {
        foreach (var segment in Segments)
        {
            if (number < segment.Count)
            {
                return segment.Chunk(number);
            }

            number -= segment.Count;
        }

        throw new ArgumentOutOfRangeException(nameof(number));
    }

    /// <summary>Which chunks may be found; null for all.</summary>
    /// <param name="files">Only those of these files; null for all that live.</param>
    protected bool[]? Mask(IReadOnlySet<string>? files)
    {
        if (files is null && Segments.All(segment => segment.Live is null))
        {
            return null;
        }

        var mask = new bool[Segments.Sum(segment => segment.Count)];
        var first = 0;
        foreach (var segment in Segments)
        {
            var wanted = files is null ? segment.Live : segment.Of(files.Contains);
            if (wanted is null)
            {
                mask.AsSpan(first, segment.Count).Fill(true);
            }
            else
            {
                wanted.CopyTo(mask, first);
            }

            first += segment.Count;
        }

        return mask;
    }
}
