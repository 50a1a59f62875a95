using LlmGateway.Gateway.Routes;

namespace LlmGateway.Gateway.Forwarding;

/// <summary>How long is waited before a deployment is asked again.</summary>
internal static class Backoff
{
    /// <summary>What is added to a provider's own wish at most, so that not all come back at once.</summary>
    private const double Spread = 0.1;

    /// <param name="options">Its bounds.</param>
    /// <param name="retry">Which retry it is, from 0.</param>
    /// <param name="asked">What the provider asked for; null for nothing.</param>
    /// <param name="random">The jitter.</param>
    /// <returns>Null when the provider asks for more than the bound.</returns>
    public static TimeSpan? Wait(RetryOptions options, int retry, TimeSpan? asked, Random random)
    {
        if (asked is { } wish)
        {
            return wish > options.MaxDelay ? null : wish + (wish * (Spread * random.NextDouble()));
        }

        var doubled = options.InitialDelay * Math.Pow(2, retry);
        var longest = doubled < options.MaxDelay ? doubled : options.MaxDelay;
        return longest * (0.5 + (0.5 * random.NextDouble()));
    }
}
