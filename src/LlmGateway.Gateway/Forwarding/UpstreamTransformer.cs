using LlmGateway.Gateway.Models;
using LlmGateway.Gateway.Recording;
using LlmGateway.Gateway.Requests;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace LlmGateway.Gateway.Forwarding;

/// <summary>What YARP sends to a deployment, and how its answer is delivered.</summary>
internal sealed class UpstreamTransformer(
    InferenceCall call, Deployment deployment, IdleTimer idle, InternalToken tokens, AnswerWriter answers, InferenceRecorder recorder)
    : HttpTransformer
{
    private bool _usageForced;

    public override ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        proxyRequest.RequestUri = deployment.Address(call.Operation);
        UpstreamHeaders.WriteRequest(httpContext.Request, proxyRequest, deployment.Provider, tokens);
        (var parts, _usageForced) = RequestSplice.Apply(call.Request!.Memory, call.Scan, deployment, call.Operation);
        SplicedContentHandler.Attach(proxyRequest, new SplicedContent(parts));
        return default;
    }

    /// <returns>Always false: the answer is written here, and YARP has nothing left to copy.</returns>
    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is null)
        {
            return false;
        }

        idle.Reset();
        call.Attempts[^1].Status = (int)proxyResponse.StatusCode;
        UpstreamErrors.HideRefusedCredentials(proxyResponse, deployment.Provider.Name);
        UpstreamHeaders.WriteResponse(proxyResponse, httpContext.Response);
        if (!proxyResponse.IsSuccessStatusCode || proxyResponse.Content.Headers.ContentType?.MediaType != "text/event-stream")
        {
            await answers.WriteAsync(httpContext, call, proxyResponse, idle);
            return false;
        }

        call.IsSse = true;
        var upstream = await proxyResponse.Content.ReadAsStreamAsync(idle.Token);
        await new StreamRelay(call, new StreamObserver(call, _usageForced), idle, recorder).RunAsync(upstream, httpContext.Response);
        return false;
    }
}
