namespace LlmGateway.Service;

/// <summary>A service of this process. Internal tokens for any of them are taken, and for no other.</summary>
internal sealed record TokenAudience(string Name);
