using LlmGateway.Gateway.Dialects;
using LlmGateway.Gateway.Health;
using LlmGateway.Gateway.Routes;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace LlmGateway.Gateway.Forwarding;

/// <summary>
/// The innermost stage: YARP sends the call to its deployment, and to another one, or there again, as long as attempts fail and the
/// caller has seen nothing.
/// </summary>
internal sealed class ForwardStage(
    IHttpForwarder forwarder, UpstreamClients clients, UpstreamServices services, RoutePlanner planner, UpstreamHealth health, UpstreamMetrics metrics)
{
    /// <summary>Our own <see cref="CallTimer"/> rules.</summary>
    private static readonly ForwarderRequestConfig NoTimeout = new() { ActivityTimeout = Timeout.InfiniteTimeSpan };

    public async Task InvokeAsync(HttpContext context)
    {
        var call = InferenceCall.Of(context);
        var routing = call.Routing ?? throw new InvalidOperationException($"{nameof(ForwardStage)} comes after resolving.");
        UpstreamErrors.RefuseLoop(context.Request);
        context.Features.Set<IHttpRequestBodyDetectionFeature>(BodyWasRead.Instance);
        var attempts = new CallAttempts(call, routing, planner, health, metrics, services.Time);
        var next = await TryAsync(context, call, routing, attempts, null);
        while (next is not null)
        {
            if (next.Delay > TimeSpan.Zero && !await WaitAsync(next.Delay, context.RequestAborted))
            {
                return;
            }

            Clean(context, call);
            next = await TryAsync(context, call, routing, attempts, next);
        }
    }

    /// <summary>Makes one attempt.</summary>
    /// <returns>The one that follows; null when the call is over.</returns>
    /// <exception cref="ApiException">It was the last, and there is no answer that the caller could get.</exception>
    private async Task<NextAttempt?> TryAsync(HttpContext context, InferenceCall call, CallRouting routing, CallAttempts attempts, NextAttempt? made)
    {
        var deployment = routing.Current.Deployment;

        // What cannot be said to the provider fails here, before there is an attempt.
        var translated = TranslatedCall.Begin(call, deployment);
        attempts.Begin();
        var provider = deployment.Provider.WithKey(attempts.Key);
        using var timer = new CallTimer(routing.Current.Timeouts, attempts.Left, services.Time, context.RequestAborted);
        call.Deployment = deployment;
        using var span = CallSpans.StartAttempt(call.Operation, provider, deployment.Model);
        var attempt = call.BeginAttempt(new UpstreamAttempt(provider.Name, deployment.Model, call.Elapsed)
        {
            KeyIndex = provider.Keys.Count > 1 ? attempts.Key : null,
            Backoff = made?.Delay ?? default,
            RetryReason = made?.Reason,
        });
        ResponseHeaders.WriteDeployment(context.Response, call);
        var transformer = new UpstreamTransformer(call, deployment, provider, translated, attempts, timer, services);
        try
        {
            var error = await forwarder.SendAsync(context, provider.BaseUrl, clients.For(provider), NoTimeout, transformer, timer.Token);
            return End(context, call, attempts, transformer, timer, error);
        }
        finally
        {
            attempts.End(AttemptVerdict.Neutral, null);
            attempt.End(call.Elapsed, null);
            CallSpans.EndAttempt(span, call, attempt);
        }
    }

    private static NextAttempt? End(
        HttpContext context, InferenceCall call, CallAttempts attempts, UpstreamTransformer transformer, CallTimer timer, ForwarderError error)
    {
        var attempt = call.Attempts[^1];
        if (context.RequestAborted.IsCancellationRequested && call.End is null)
        {
            attempt.End(call.Elapsed, "client_closed_request");
            return null;
        }

        var (failure, next) = (transformer.Failure, transformer.Next);
        if (error == ForwarderError.None && (failure is null || attempt.IsCommitted))
        {
            // The caller got an answer, though it may be the provider's error, or have broken off.
            attempt.End(call.Elapsed, failure?.Reason);
            attempts.End(attempt.Error is null ? AttemptVerdict.Success : AttemptVerdict.Failure, attempt.Error);
            return null;
        }

        if (error != ForwarderError.None)
        {
            attempt.Timer ??= timer.Expired;
            failure = UpstreamErrors.Describe(error, attempt.Provider, attempt.Timer, context.Features.Get<IForwarderErrorFeature>()?.Exception);
            next = attempt.IsCommitted ? null : attempts.After(failure);
        }

        attempt.End(call.Elapsed, failure!.Reason);
        attempts.End(AttemptVerdict.Failure, failure.Reason);
        if (next is not null || context.Response.HasStarted)
        {
            return next;
        }

        // YARP took every header back.
        ResponseHeaders.WriteIdentity(context.Response, call);
        throw new ApiException(failure.Error ?? UpstreamErrors.Invalid(attempt.Provider));
    }

    /// <returns>False when the caller left meanwhile.</returns>
    private async Task<bool> WaitAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(delay, services.Time, cancellationToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Takes back what the failed attempt and YARP left on the response; YARP sends nothing where a status is set.</summary>
    private static void Clean(HttpContext context, InferenceCall call)
    {
        call.ForgetAnswer();
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.Headers.Remove(TranslatedCall.DroppedHeader);
        context.Features.Set<IForwarderErrorFeature>(null);
        ResponseHeaders.WriteIdentity(context.Response, call);
    }

    /// <summary>Tells YARP that there is no body left for it to copy.</summary>
    private sealed class BodyWasRead : IHttpRequestBodyDetectionFeature
    {
        public static readonly BodyWasRead Instance = new();

        public bool CanHaveBody => false;
    }
}
