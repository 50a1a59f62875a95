using System.ComponentModel.DataAnnotations;
using LlmGateway.Gateway.Redis;

namespace LlmGateway.Gateway.Limits;

/// <summary>How limits are kept; the limits themselves are made with <c>POST /v1/limits</c>.</summary>
public sealed class LimitOptions
{
    /// <summary>How long what was set aside for a call outlives its gateway in Redis; renewed three times meanwhile. The default is 30 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a request waits for Redis before its gateway counts by itself; the default is 50 milliseconds. A longer one keeps limits
    /// exact on machines that are overloaded.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:10")]
    public TimeSpan RedisTimeout { get; set; } = RedisConnection.Budget;

    /// <summary>Tokens set aside for an answer whose request says no maximum; the default is 512.</summary>
    [Range(0, 1_000_000)]
    public int DefaultOutputTokens { get; set; } = 512;
}
