using LlmGateway.Gateway.Models;
using LlmGateway.Gateway.Recording;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace LlmGateway.Gateway.Forwarding;

/// <summary>The innermost stage: YARP sends the call to its deployment.</summary>
internal sealed class ForwardStage(
    IHttpForwarder forwarder, UpstreamClients clients, InternalToken tokens, AnswerWriter answers,
    InferenceRecorder recorder, GatewaySettings settings, TimeProvider time)
{
    /// <summary>Our own <see cref="IdleTimer"/> rules.</summary>
    private static readonly ForwarderRequestConfig NoTimeout = new() { ActivityTimeout = Timeout.InfiniteTimeSpan };

    public async Task InvokeAsync(HttpContext context)
    {
        var call = InferenceCall.Of(context);
        var deployment = call.Deployment ?? throw new InvalidOperationException($"{nameof(ForwardStage)} comes after resolving.");
        if (context.Request.Headers.ContainsKey(UpstreamHeaders.Hop))
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status508LoopDetected, "loop_detected", "This request came from a gateway already: a provider's BaseUrl leads back here."));
        }

        using var idle = new IdleTimer(settings.Current.IdleTimeout, time, context.RequestAborted);
        var attempt = call.BeginAttempt(deployment.Provider.Name, deployment.Model);
        ResponseHeaders.WriteDeployment(context.Response, call);
        context.Features.Set<IHttpRequestBodyDetectionFeature>(BodyWasRead.Instance);
        var error = await forwarder.SendAsync(
            context, deployment.Provider.BaseUrl, clients.For(deployment.Provider), NoTimeout,
            new UpstreamTransformer(call, deployment, idle, tokens, answers, recorder), idle.Token);
        attempt.End(call.Elapsed, error == ForwarderError.None ? null : error.ToString());
        if (error != ForwarderError.None && !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            throw Describe(error, deployment.Provider, idle, context.Features.Get<IForwarderErrorFeature>()?.Exception);
        }
    }

    private static ApiException Describe(ForwarderError error, Provider provider, IdleTimer idle, Exception? exception) => exception is ApiException known
        ? known
        : new ApiException(error switch
        {
            _ when idle.Expired => new ApiError(
                StatusCodes.Status504GatewayTimeout, "upstream_timeout", $"The provider '{provider.Name}' did not answer in time. Try again."),
            ForwarderError.Request => new ApiError(
                StatusCodes.Status502BadGateway, "upstream_unavailable", $"The provider '{provider.Name}' could not be reached. Try again."),
            _ => new ApiError(
                StatusCodes.Status502BadGateway, "upstream_invalid_response", $"The provider '{provider.Name}' broke off or answered with something that is not JSON. Try again."),
        });

    /// <summary>Tells YARP that there is no body left for it to copy.</summary>
    private sealed class BodyWasRead : IHttpRequestBodyDetectionFeature
    {
        public static readonly BodyWasRead Instance = new();

        public bool CanHaveBody => false;
    }
}
