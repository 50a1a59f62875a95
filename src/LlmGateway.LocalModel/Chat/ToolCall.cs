namespace LlmGateway.LocalModel;

/// <summary>A call of a tool; <paramref name="Arguments"/> is JSON text.</summary>
internal sealed record ToolCall(string Id, string Name, string Arguments);
