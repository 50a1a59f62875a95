using LlmGateway.OpenAI;

namespace LlmGateway.Gateway.Pricing;

/// <summary>What a provider reported, or what was counted; null is unknown.</summary>
internal readonly record struct TokenCounts(long? Input, long? Output, long? CachedInput, long? Reasoning)
{
    /// <summary>Parts of the input, as <see cref="CachedInput"/> is.</summary>
    public long? CacheWrite { get; init; }

    public long? CacheWrite1h { get; init; }

    public long? AudioInput { get; init; }

    /// <summary>Part of the output.</summary>
    public long? AudioOutput { get; init; }

    public static TokenCounts Of(in AnswerFacts facts) => new(facts.InputTokens, facts.OutputTokens, facts.CachedInputTokens, facts.ReasoningTokens)
    {
        CacheWrite = facts.CacheWriteTokens,
        CacheWrite1h = facts.CacheWrite1hTokens,
        AudioInput = facts.AudioInputTokens,
        AudioOutput = facts.AudioOutputTokens,
    };

    /// <summary>Both together; a kind that only one of them knows is that one's.</summary>
    public TokenCounts Plus(in TokenCounts other) => new(
        Sum(Input, other.Input), Sum(Output, other.Output), Sum(CachedInput, other.CachedInput), Sum(Reasoning, other.Reasoning))
    {
        CacheWrite = Sum(CacheWrite, other.CacheWrite),
        CacheWrite1h = Sum(CacheWrite1h, other.CacheWrite1h),
        AudioInput = Sum(AudioInput, other.AudioInput),
        AudioOutput = Sum(AudioOutput, other.AudioOutput),
    };

    private static long? Sum(long? one, long? other) => one is null ? other : one + (other ?? 0);
}
