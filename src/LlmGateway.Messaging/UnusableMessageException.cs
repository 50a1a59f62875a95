namespace LlmGateway.Messaging;

/// <summary>The message will never be usable: it goes to the error queue at once, with this as the reason.</summary>
public sealed class UnusableMessageException(string reason) : Exception(reason);
