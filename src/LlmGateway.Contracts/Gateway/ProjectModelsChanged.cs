namespace LlmGateway.Contracts.Gateway;

/// <summary>A project's aliases or fine-tuned models changed: every gateway reads them again. Broadcast after the commit.</summary>
/// <param name="ProjectId">The project.</param>
public sealed record ProjectModelsChanged(string ProjectId);
