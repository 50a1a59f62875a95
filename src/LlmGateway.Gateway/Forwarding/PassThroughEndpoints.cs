using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Limits;
using LlmGateway.Gateway.Models;
using LlmGateway.Gateway.Providers;
using LlmGateway.Gateway.Recording;
using LlmGateway.Gateway.Requests;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Yarp.ReverseProxy.Forwarder;

namespace LlmGateway.Gateway.Forwarding;

/// <summary>What is forwarded unread to the default provider: an allow-list; every other path is unknown.</summary>
internal static class PassThroughEndpoints
{
    private static readonly string[] Patterns = ["images/{**rest}", "audio/{**rest}", "moderations", "realtime"];

    public static void MapPassThrough(this IEndpointRouteBuilder endpoints)
    {
        foreach (var pattern in Patterns)
        {
            endpoints.MapMethods($"/v1/{pattern}", [HttpMethods.Get, HttpMethods.Post], ForwardAsync)
                .RequireAuthorization(Policies.Inference).WithTags("Forwarded").DisableAntiforgery().ExcludeFromDescription();
        }
    }

    private static async Task ForwardAsync(
        HttpContext context, ModelCatalog catalog, IHttpForwarder forwarder, UpstreamClients clients, InternalToken tokens,
        InferenceRecorder recorder, TimeProvider time, GatewaySettings settings, Limiter limiter, ProviderSwitches switches)
    {
        UpstreamErrors.RefuseLoop(context.Request);
        var path = context.Request.Path.Value!["/v1/".Length..];
        var provider = catalog.Table.DefaultProvider ?? throw new ApiException(ApiErrors.NotFound(
            $"No provider is configured that could serve '/v1/{path}'. Set OPENAI_API_KEY, or Gateway:DefaultProvider.", null, "no_provider"));
        if (switches.IsDisabled(provider.Name))
        {
            throw new ApiException(ProviderSwitches.Refusal([provider.Name], null));
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = settings.Current.MaxRequestBytes;
        }

        var operation = new Operation(path.Split('/')[0], path, null, null, false, path.Split('/')[0]);
        using var call = new InferenceCall(operation, context.Caller(), time, context.RequestAborted) { Cache = CacheResult.Bypass, AttemptBegins = recorder.Reserve };
        context.Features.Set(call);
        ResponseHeaders.WriteIdentity(context.Response, call);
        await AdmitAsync(context, call, limiter, recorder);
        using var span = CallSpans.StartAttempt(operation, provider, null);
        var attempt = call.BeginAttempt(provider.Name, "");
        var error = await forwarder.SendAsync(
            context, provider.BaseUrl, clients.For(provider), new ForwarderRequestConfig { ActivityTimeout = settings.Current.IdleTimeout },
            new PassThroughTransformer(provider, path, tokens));
        attempt.Status = context.Response.StatusCode;
        attempt.End(call.Elapsed, error == ForwarderError.None ? null : error.ToString());
        CallSpans.EndAttempt(span, call, attempt);
        await recorder.RecordAsync(
            call, context.Response.StatusCode, error == ForwarderError.None && context.Response.StatusCode < 400 ? InferenceOutcome.Completed : InferenceOutcome.Failed);
        if (error != ForwarderError.None && !context.Response.HasStarted)
        {
            var failure = UpstreamErrors.Describe(
                error, provider.Name, error == ForwarderError.RequestTimedOut ? "idle" : null, context.Features.Get<IForwarderErrorFeature>()?.Exception);
            throw new ApiException(failure.Error!);
        }
    }

    private static async Task AdmitAsync(HttpContext context, InferenceCall call, Limiter limiter, InferenceRecorder recorder)
    {
        try
        {
            await limiter.AdmitAsync(call, context.Response, context.RequestAborted);
        }
        catch (ApiException exception)
        {
            await recorder.CloseAsync(call, exception.Error.Status, InferenceOutcome.Failed, exception.Error.Code);
            throw;
        }
    }

    private sealed class PassThroughTransformer(Provider provider, string path, InternalToken tokens) : HttpTransformer
    {
        public override ValueTask TransformRequestAsync(
            HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            proxyRequest.RequestUri = provider.Address(path, null, httpContext.Request.QueryString.Value ?? "");
            UpstreamHeaders.WriteRequest(httpContext.Request, proxyRequest, provider, tokens);
            UpstreamHeaders.WriteHandshake(httpContext.Request, proxyRequest);
            return default;
        }

        public override ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
        {
            if (proxyResponse is not null)
            {
                UpstreamErrors.HideRefusedCredentials(proxyResponse, provider.Name);
                UpstreamHeaders.WriteResponse(proxyResponse, httpContext.Response);
            }

            return ValueTask.FromResult(true);
        }
    }
}
