using StackExchange.Redis;

namespace LlmGateway.Gateway.Redis;

/// <summary>How a command ended, and what it brought.</summary>
internal readonly record struct RedisReply(RedisOutcome Outcome, RedisValue Value = default);

internal enum RedisOutcome
{
    Done,

    /// <summary>Redis refused it, or the connection is broken.</summary>
    Error,

    /// <summary>No answer within the budget.</summary>
    Timeout,

    /// <summary>Not sent, because the breaker is open.</summary>
    Skipped,
}
