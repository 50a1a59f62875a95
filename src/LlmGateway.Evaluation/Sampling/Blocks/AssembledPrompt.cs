using System.Text.Json;

namespace LlmGateway.Evaluation.Sampling.Blocks;

/// <summary>What a model is asked with.</summary>
/// <param name="Messages">A JSON list of messages.</param>
/// <param name="Retrieved">The passages among them, best first; null where none were looked for.</param>
internal sealed record AssembledPrompt(JsonElement Messages, IReadOnlyList<RetrievedPassage>? Retrieved);
