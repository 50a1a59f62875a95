namespace LlmGateway.Contracts.Gateway;

/// <summary>A project's settings changed at one gateway: every gateway reads their kind again. Broadcast after the commit.</summary>
/// <param name="ProjectId">The project.</param>
/// <param name="Kind">What changed, such as <c>models</c> or <c>prompts</c>.</param>
public sealed record SettingsChanged(string ProjectId, string Kind);
