namespace LlmGateway.Contracts.Gateway;

/// <summary>An API key has another secret, other models or another expiry: every gateway reads it anew. Broadcast after the commit.</summary>
/// <param name="ProjectId">The key's project.</param>
/// <param name="KeyId">The key's public id.</param>
public sealed record KeyChanged(string ProjectId, string KeyId);
