using LlmGateway.Gateway.Models;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace LlmGateway.Gateway.Forwarding;

/// <summary>What YARP sends to a deployment, and what it does with the answer.</summary>
internal sealed class UpstreamTransformer(InferenceCall call, Deployment deployment, bool usageForced, InternalToken tokens, AnswerWriter writer)
    : HttpTransformer
{
    /// <summary>The answer's status; null when none came.</summary>
    public int? UpstreamStatus { get; private set; }

    public override ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        proxyRequest.RequestUri = deployment.Provider.Address(call.Operation.Path, deployment.Model);
        UpstreamHeaders.WriteRequest(httpContext.Request, proxyRequest, deployment.Provider, tokens);
        return default;
    }

    /// <returns>True when YARP is to copy the answer's body: a stream, seen through <see cref="InspectedStream"/>.</returns>
    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is null)
        {
            return false;
        }

        UpstreamStatus = (int)proxyResponse.StatusCode;
        if (UpstreamStatus is 401 or 403)
        {
            // The caller's key is fine: it is ours that the provider refuses, and its message may quote it.
            throw new ApiException(new ApiError(
                StatusCodes.Status502BadGateway, "upstream_credentials_rejected",
                $"The provider '{deployment.Provider.Name}' refused the gateway's credentials. An operator must check its ApiKey."));
        }

        UpstreamHeaders.WriteResponse(proxyResponse, httpContext.Response);
        if (proxyResponse.IsSuccessStatusCode && proxyResponse.Content.Headers.ContentType?.MediaType == "text/event-stream")
        {
            call.IsSse = true;
            var upstream = await proxyResponse.Content.ReadAsStreamAsync(cancellationToken);
            proxyResponse.Content = new StreamContent(new InspectedStream(upstream, call, usageForced, writer, cancellationToken));
            return true;
        }

        await writer.WriteJsonAsync(httpContext, call, proxyResponse, cancellationToken);
        return false;
    }
}
