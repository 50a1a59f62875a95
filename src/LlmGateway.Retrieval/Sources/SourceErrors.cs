using LlmGateway.Service;

namespace LlmGateway.Retrieval.Sources;

/// <summary>Errors that more than one kind of source answers with.</summary>
internal static class SourceErrors
{
    public static ApiError Away() => new(503, "source_unavailable", "The source is away. Please try again.") { RetryAfterSeconds = 5 };
}
