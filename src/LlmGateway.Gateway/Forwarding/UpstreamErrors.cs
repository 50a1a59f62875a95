using LlmGateway.Service;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace LlmGateway.Gateway.Forwarding;

/// <summary>What a caller is told when a call could not be made, or its answer not be passed on.</summary>
internal static class UpstreamErrors
{
    public const string TimeoutCode = "upstream_timeout";

    /// <exception cref="ApiException">508: the request was sent by a gateway already.</exception>
    public static void RefuseLoop(HttpRequest request)
    {
        if (request.Headers.ContainsKey(UpstreamHeaders.Hop))
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status508LoopDetected, "loop_detected", "This request came from a gateway already: a provider's BaseUrl leads back here."));
        }
    }

    /// <summary>The caller's key is fine: it is ours that the provider refuses, and its message may quote it.</summary>
    /// <exception cref="ApiException">502 for a 401 or 403.</exception>
    public static void HideRefusedCredentials(HttpResponseMessage answer, string provider)
    {
        if (IsRefusedCredentials(answer))
        {
            throw new ApiException(RefusedCredentials(provider));
        }
    }

    public static bool IsRefusedCredentials(HttpResponseMessage answer) =>
        (int)answer.StatusCode is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden;

    public static ApiError RefusedCredentials(string provider) => new(
        StatusCodes.Status502BadGateway, "upstream_credentials_rejected", $"The provider '{provider}' refused the gateway's credentials. An operator must check its ApiKey.");

    /// <param name="provider">Who did not answer.</param>
    /// <param name="timer">The timer, as it is configured.</param>
    public static ApiError TimedOut(string provider, string timer) => new(
        StatusCodes.Status504GatewayTimeout, TimeoutCode, $"The provider '{provider}' did not answer in time: the timer {timer} ran out. Try again.");

    public static ApiError Unavailable(string provider) => new(
        StatusCodes.Status502BadGateway, "upstream_unavailable", $"The provider '{provider}' could not be reached. Try again.");

    public static ApiError Invalid(string provider) => new(
        StatusCodes.Status502BadGateway, "upstream_invalid_response", $"The provider '{provider}' broke off or answered with something that is not JSON. Try again.");

    /// <summary>An error that came with the status of a success.</summary>
    public static ApiError InSuccess(string provider, string? code) => new(
        StatusCodes.Status502BadGateway, "upstream_error", $"The provider '{provider}' answered 200 with an error{(code is null ? "" : $" ({code})")}. Try again.");

    /// <summary>A failure of the forwarder itself, of which the caller has seen nothing.</summary>
    /// <exception cref="Exception">One of us or the server threw it in the forwarder's midst.</exception>
    public static UpstreamFailure Describe(ForwarderError error, string provider, string? timer, Exception? exception)
    {
        if (Find<ApiException>(exception) is { } own)
        {
            throw own;
        }

        if (Find<BadHttpRequestException>(exception) is { } bad)
        {
            throw bad;
        }

        return timer is not null ? new UpstreamFailure(FailureKind.Timeout, TimedOut(provider, timer))
            : error == ForwarderError.Request && !IsInvalid(Find<HttpRequestException>(exception)) ? new UpstreamFailure(FailureKind.Unavailable, Unavailable(provider))
            : new UpstreamFailure(FailureKind.InvalidResponse, Invalid(provider));
    }

    /// <summary>Whether something answered that does not speak HTTP as it should, such as with headers without end.</summary>
    private static bool IsInvalid(HttpRequestException? exception) =>
        exception?.HttpRequestError is HttpRequestError.ConfigurationLimitExceeded or HttpRequestError.InvalidResponse;

    private static T? Find<T>(Exception? exception)
        where T : Exception
    {
        return exception switch
        {
            null => null,
            T found => found,
            AggregateException several => several.InnerExceptions.Select(Find<T>).FirstOrDefault(found => found is not null),
            _ => Find<T>(exception.InnerException),
        };
    }
}
