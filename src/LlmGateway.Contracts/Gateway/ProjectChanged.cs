namespace LlmGateway.Contracts.Gateway;

/// <summary>A project's settings changed: every gateway forgets what it remembers of them. Broadcast after the commit.</summary>
/// <param name="ProjectId">The project.</param>
public sealed record ProjectChanged(string ProjectId);
