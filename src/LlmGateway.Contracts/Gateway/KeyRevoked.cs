namespace LlmGateway.Contracts.Gateway;

/// <summary>An API key stopped being valid: every gateway forgets what it remembers of it. Broadcast after the commit.</summary>
/// <param name="ProjectId">The key's project.</param>
/// <param name="KeyId">The key's public id.</param>
public sealed record KeyRevoked(string ProjectId, string KeyId);
