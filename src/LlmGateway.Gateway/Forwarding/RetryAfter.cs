using System.Globalization;

namespace LlmGateway.Gateway.Forwarding;

/// <summary>How long a provider wants to be left alone: <c>retry-after-ms</c>, else <c>retry-after</c> in seconds or as a date.</summary>
internal static class RetryAfter
{
    public static TimeSpan? Read(HttpResponseMessage answer, TimeProvider time)
    {
        if (answer.Headers.NonValidated.TryGetValues("retry-after-ms", out var values)
            && double.TryParse(values.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var milliseconds))
        {
            return Within(milliseconds);
        }

        return answer.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => Within((date - time.GetUtcNow()).TotalMilliseconds),
            _ => null,
        };
    }

    private static TimeSpan Within(double milliseconds) => TimeSpan.FromMilliseconds(Math.Clamp(milliseconds, 0, int.MaxValue));
}
