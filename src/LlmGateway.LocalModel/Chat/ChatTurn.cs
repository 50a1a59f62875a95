namespace LlmGateway.LocalModel;

/// <summary>One message, its content as text.</summary>
internal readonly record struct ChatTurn(string Role, string Text);
