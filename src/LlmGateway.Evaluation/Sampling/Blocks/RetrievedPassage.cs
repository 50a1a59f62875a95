namespace LlmGateway.Evaluation.Sampling.Blocks;

/// <summary>A passage that retrieval put into a prompt.</summary>
/// <param name="Id">The item's id in its dataset.</param>
/// <param name="Score">BM25's.</param>
/// <param name="Text">Its text.</param>
internal sealed record RetrievedPassage(string Id, double Score, string Text);
