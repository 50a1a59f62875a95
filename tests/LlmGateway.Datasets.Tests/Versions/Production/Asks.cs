using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Datasets.Tests.Versions.Production;

/// <summary>Calls that ask one thing and are answered in a word or two.</summary>
internal static class Asks
{
    /// <param name="calls">The project's.</param>
    /// <param name="bodyId">The answer's id.</param>
    /// <param name="question">The user's message.</param>
    /// <param name="answer">The assistant's.</param>
    /// <param name="with">What differs.</param>
    public static InferenceFrame Ask(
        this Calls calls, string bodyId, string question, string? answer = null, Func<InferenceRecord, InferenceRecord>? with = null) => calls.Chat(
        bodyId,
        with,
        $$"""{"model":"fast","messages":[{"role":"user","content":"{{question}}"}]}""",
        $$"""{"id":"{{bodyId}}","choices":[{"index":0,"message":{"role":"assistant","content":"{{answer ?? $"answer to {question}"}}"},"finish_reason":"stop"}]}""");
}
