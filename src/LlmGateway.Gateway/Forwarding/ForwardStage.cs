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
        UpstreamErrors.RefuseLoop(context.Request);
        using var idle = new IdleTimer(settings.Current.IdleTimeout, time, context.RequestAborted);
        using var span = CallSpans.StartAttempt(call, deployment);
        var attempt = call.BeginAttempt(deployment.Provider.Name, deployment.Model);
        ResponseHeaders.WriteDeployment(context.Response, call);
        context.Features.Set<IHttpRequestBodyDetectionFeature>(BodyWasRead.Instance);
        var error = await forwarder.SendAsync(
            context, deployment.Provider.BaseUrl, clients.For(deployment.Provider), NoTimeout,
            new UpstreamTransformer(call, deployment, idle, tokens, answers, recorder), idle.Token);
        attempt.End(call.Elapsed, error == ForwarderError.None ? null : error.ToString());
        CallSpans.EndAttempt(span, call, attempt);
        if (error != ForwarderError.None && !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            throw UpstreamErrors.Describe(error, deployment.Provider.Name, idle.Expired, context.Features.Get<IForwarderErrorFeature>()?.Exception);
        }
    }

    /// <summary>Tells YARP that there is no body left for it to copy.</summary>
    private sealed class BodyWasRead : IHttpRequestBodyDetectionFeature
    {
        public static readonly BodyWasRead Instance = new();

        public bool CanHaveBody => false;
    }
}
