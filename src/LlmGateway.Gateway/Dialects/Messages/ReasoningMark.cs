namespace LlmGateway.Gateway.Dialects.Messages;

/// <summary>
/// The signature of a thinking block that was made of a chat provider's <c>reasoning_content</c>: when it comes back, the provider
/// gets its thoughts back. Blocks that Anthropic signed mean nothing to others.
/// </summary>
internal static class ReasoningMark
{
    public const string Signature = "llmgateway.reasoning_content";
}
