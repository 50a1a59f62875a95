using LlmGateway.Gateway.Prompts.Composition;

namespace LlmGateway.Gateway.Prompts.Versions;

/// <summary>A version that was found good and has no number yet.</summary>
/// <param name="Content">Its content as JSON.</param>
/// <param name="Includes">What it includes.</param>
/// <param name="Hash">See <see cref="ContentHash"/>.</param>
/// <param name="CommitMessage">Why it is made.</param>
/// <param name="Warnings">What is odd about it.</param>
internal sealed record VersionDraft(
    string Content, IReadOnlyList<PinnedPrompt> Includes, string Hash, string? CommitMessage, IReadOnlyList<string> Warnings);
