namespace LlmGateway.Retrieval.Search;

/// <param name="FileRowId">The chunk's file.</param>
/// <param name="Index">Its place in the file.</param>
internal readonly record struct ChunkKey(string FileRowId, int Index);

/// <param name="Chunk">A chunk.</param>
/// <param name="Score">What a ranking gave it; the higher the better.</param>
internal readonly record struct ScoredKey(ChunkKey Chunk, double Score);
