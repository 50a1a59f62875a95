namespace LlmGateway.Retrieval.Chunks;

/// <summary>A chunk with its vector, before it is stored.</summary>
internal readonly record struct NewChunk(Chunk Chunk, float[] Embedding);
