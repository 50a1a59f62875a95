namespace LlmGateway.Gateway.Prompts.Composition;

/// <summary>A version of another prompt that a version includes, fixed when that was made.</summary>
/// <param name="Reference">As it stands in the text, such as <c>tone@production</c>.</param>
/// <param name="PromptId">The prompt.</param>
/// <param name="Name">Its name.</param>
/// <param name="Version">The version that the reference meant.</param>
internal sealed record PinnedPrompt(string Reference, string PromptId, string Name, int Version);
