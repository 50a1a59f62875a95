using LlmGateway.Service;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace LlmGateway.Gateway.Forwarding;

/// <summary>What a caller is told when a call could not be made, or its answer not be passed on.</summary>
internal static class UpstreamErrors
{
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
        if ((int)answer.StatusCode is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden)
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status502BadGateway, "upstream_credentials_rejected",
                $"The provider '{provider}' refused the gateway's credentials. An operator must check its ApiKey."));
        }
    }

    /// <summary>The forwarder's failure in words, or the exception that one of us or the server threw in its midst.</summary>
    public static Exception Describe(ForwarderError error, string provider, bool timedOut, Exception? exception) =>
        Own(exception) ?? new ApiException(error switch
        {
            _ when timedOut => new ApiError(
                StatusCodes.Status504GatewayTimeout, "upstream_timeout", $"The provider '{provider}' did not answer in time. Try again."),
            ForwarderError.Request => new ApiError(
                StatusCodes.Status502BadGateway, "upstream_unavailable", $"The provider '{provider}' could not be reached. Try again."),
            _ => new ApiError(
                StatusCodes.Status502BadGateway, "upstream_invalid_response", $"The provider '{provider}' broke off or answered with something that is not JSON. Try again."),
        });

    private static Exception? Own(Exception? exception) => exception switch
    {
        null or ApiException or BadHttpRequestException => exception,
        AggregateException several => several.InnerExceptions.Select(Own).FirstOrDefault(own => own is not null),
        _ => Own(exception.InnerException),
    };
}
