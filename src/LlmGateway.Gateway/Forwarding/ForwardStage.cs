using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Requests;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace LlmGateway.Gateway.Forwarding;

/// <summary>The innermost stage: YARP sends the call to its deployment.</summary>
internal sealed class ForwardStage(
    RequestDelegate next, IHttpForwarder forwarder, UpstreamClients clients, InternalToken tokens, AnswerWriter writer, GatewaySettings settings)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var call = InferenceCall.Of(context);
        var deployment = call.Deployment ?? throw new InvalidOperationException($"{nameof(ForwardStage)} comes after resolving; {next.Method.Name} ends the pipeline.");
        if (context.Request.Headers.ContainsKey(UpstreamHeaders.Hop))
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status508LoopDetected, "loop_detected", "This request came from a gateway already: a provider's BaseUrl leads back here."));
        }

        var (parts, usageForced) = RequestSplice.Apply(call.Request!.Memory, call.Scan, deployment, call.Operation);
        ReplaceBody(context, new SplicedBody(parts));
        var transformer = new UpstreamTransformer(call, deployment, usageForced, tokens, writer);
        var began = call.Elapsed;

        // The attempt stands in the list before its answer is written, because the answer's headers count it.
        call.Attempts.Add(new InferenceAttempt(deployment.Provider.Name, deployment.Model, null, 0, null));
        ResponseHeaders.WriteDeployment(context.Response, call);
        var error = await forwarder.SendAsync(
            context, deployment.Provider.BaseUrl, clients.For(deployment.Provider),
            new ForwarderRequestConfig { ActivityTimeout = settings.Current.IdleTimeout }, transformer);
        call.Attempts[^1] = new InferenceAttempt(
            deployment.Provider.Name, deployment.Model, transformer.UpstreamStatus,
            (long)(call.Elapsed - began).TotalMicroseconds, error == ForwarderError.None ? null : error.ToString());
        if (error != ForwarderError.None && !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            throw Describe(error, deployment.Provider.Name, context.Features.Get<IForwarderErrorFeature>()?.Exception);
        }
    }

    private static void ReplaceBody(HttpContext context, SplicedBody body)
    {
        context.Request.Body = body;
        context.Request.ContentLength = body.Length;
        context.Request.Headers.Remove("Transfer-Encoding");
        context.Features.Set<IHttpRequestBodyDetectionFeature>(HasBody.Instance);
    }

    private static ApiException Describe(ForwarderError error, string provider, Exception? exception) => exception is ApiException known
        ? known
        : new ApiException(error switch
        {
            ForwarderError.RequestTimedOut => new ApiError(
                StatusCodes.Status504GatewayTimeout, "upstream_timeout", $"The provider '{provider}' did not answer in time. Try again."),
            ForwarderError.Request => new ApiError(
                StatusCodes.Status502BadGateway, "upstream_unavailable", $"The provider '{provider}' could not be reached. Try again."),
            _ => new ApiError(
                StatusCodes.Status502BadGateway, "upstream_invalid_response", $"The provider '{provider}' broke off or answered with something that is not JSON. Try again."),
        });

    private sealed class HasBody : IHttpRequestBodyDetectionFeature
    {
        public static readonly HasBody Instance = new();

        public bool CanHaveBody => true;
    }
}
