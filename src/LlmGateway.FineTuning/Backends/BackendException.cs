using System.ClientModel.Primitives;
using System.Globalization;
using System.Net;
using LlmGateway.OpenAI;

namespace LlmGateway.FineTuning.Backends;

/// <summary>A backend did not do what was asked.</summary>
internal sealed class BackendException(string message, bool isTransient, HttpStatusCode? status = null, TimeSpan? retryAfter = null) : Exception(message)
{
    /// <summary>However long a backend asks to wait, a job looks again after this.</summary>
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(1);

    /// <summary>The same request may succeed later.</summary>
    public bool IsTransient => isTransient;

    public HttpStatusCode? Status => status;

    /// <summary>The pause that it asked for.</summary>
    public TimeSpan? RetryAfter => retryAfter;

    /// <summary>What a refusal means.</summary>
    public static BackendException Of(string backend, PipelineResponse response, DateTimeOffset now)
    {
        var isTransient = response.Status is 408 or 409 or 429 or >= 500;
        var said = OpenAIErrorResponse.Read(response.Content.ToMemory().Span)?.Message ?? $"status {response.Status}";
        var advice = response.Status is 401 or 403 ? $" Check FineTuning:Backends:{backend}:ApiKey." : "";
        return new BackendException(
            $"The backend '{backend}' {(isTransient ? "cannot do it now" : "refused")}: {said}{advice}", isTransient, (HttpStatusCode)response.Status, Pause(response, now));
    }

    // Milliseconds, as OpenAI and Azure say them, seconds, or a date.
    private static TimeSpan? Pause(PipelineResponse response, DateTimeOffset now)
    {
        TimeSpan? pause = Number("retry-after-ms") is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds)
            : Number("Retry-After") is { } seconds ? TimeSpan.FromSeconds(seconds)
            : response.Headers.TryGetValue("Retry-After", out var text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var date) ? date - now
            : null;
        return pause < TimeSpan.Zero ? null : pause > LongestRetryAfter ? LongestRetryAfter : pause;

        double? Number(string name) =>
            response.Headers.TryGetValue(name, out var value)
            && double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? Math.Min(number, int.MaxValue) : null;
    }
}
