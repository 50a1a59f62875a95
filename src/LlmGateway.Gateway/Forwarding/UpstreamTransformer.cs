using LlmGateway.Gateway.Dialects;
using LlmGateway.Gateway.Models;
using LlmGateway.Gateway.Requests;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace LlmGateway.Gateway.Forwarding;

/// <summary>What YARP sends to a deployment, and how its answer is delivered, or found to be none.</summary>
/// <param name="call">The call.</param>
/// <param name="deployment">Who is asked.</param>
/// <param name="provider">Its provider, with the key for this attempt.</param>
/// <param name="translated">What is said to a provider that does not speak the caller's API; null where it does.</param>
/// <param name="attempts">Decides whether another attempt follows.</param>
/// <param name="timer">This attempt's timers.</param>
/// <param name="services">What attempts share.</param>
internal sealed class UpstreamTransformer(
    InferenceCall call, Deployment deployment, Provider provider, TranslatedCall? translated, CallAttempts attempts, CallTimer timer, UpstreamServices services)
    : HttpTransformer
{
    private readonly UpstreamAttempt _attempt = call.Attempts[^1];
    private bool _usageForced;

    /// <summary>Why this was no answer; null when the caller got it, whatever it is.</summary>
    public UpstreamFailure? Failure { get; private set; }

    /// <summary>The attempt that follows; null when there is none.</summary>
    public NextAttempt? Next { get; private set; }

    public override ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        proxyRequest.RequestUri = deployment.Address(translated?.Operation ?? call.Operation);
        UpstreamHeaders.WriteRequest(httpContext.Request, proxyRequest, provider, services.Tokens);
        if (translated is not null)
        {
            SplicedContentHandler.Attach(proxyRequest, translated.Request, timer);
            translated.WriteDropped(httpContext.Response);
            _usageForced = call.Operation.UsageOnRequest && !call.Scan.IncludeUsage;
            return default;
        }

        (var parts, _usageForced) = RequestSplice.Apply(call.Request!.Memory, call.Scan, deployment, call.Operation);
        SplicedContentHandler.Attach(proxyRequest, new SplicedContent(parts), timer);
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

        timer.Sent();
        _attempt.HeadersAt = call.Elapsed;
        _attempt.Status = (int)proxyResponse.StatusCode;
        if (translated is not null && !UpstreamErrors.IsRefusedCredentials(proxyResponse))
        {
            await translated.TranslateAsync(proxyResponse, timer);
        }

        await (!proxyResponse.IsSuccessStatusCode ? TakeErrorAsync(httpContext, proxyResponse)
            : proxyResponse.Content.Headers.ContentType?.MediaType == "text/event-stream" ? TakeStreamAsync(httpContext, proxyResponse)
            : TakePlainAsync(httpContext, proxyResponse));
        return false;
    }

    /// <summary>An error that another attempt may mend is not read, unless only its body tells; the last one the caller gets as it is.</summary>
    private async Task TakeErrorAsync(HttpContext context, HttpResponseMessage answer)
    {
        timer.Started();
        if (UpstreamErrors.IsRefusedCredentials(answer))
        {
            Fail(new UpstreamFailure(FailureKind.Credentials, UpstreamErrors.RefusedCredentials(provider.Name)));
            return;
        }

        var kind = ProviderErrors.Classify(answer.StatusCode);
        if (kind != FailureKind.Refused && Fail(new UpstreamFailure(kind, null, RetryAfter.Read(answer, services.Time))))
        {
            return;
        }

        var plain = await AnswerWriter.ReadAsync(call, answer, timer);
        _attempt.FirstByteAt ??= call.Elapsed;
        if (kind == FailureKind.Refused && ProviderErrors.IsToldByBody(answer.StatusCode)
            && ProviderErrors.ClassifyRefusal(call.Facts.ErrorCode, call.Response.Span) is var refusal && refusal != FailureKind.Refused
            && Fail(new UpstreamFailure(refusal, null)))
        {
            return;
        }

        await services.Answers.WriteAsync(context, call, plain, timer);
    }

    private async Task TakeStreamAsync(HttpContext context, HttpResponseMessage answer)
    {
        var relay = new StreamRelay(call, new StreamObserver(call, _usageForced), timer, services.Recorder, services.Settings.Current.StartupHold, services.Time);
        if (await relay.RunAsync(answer, context.Response) is { } failure)
        {
            Fail(failure);
        }
    }

    private async Task TakePlainAsync(HttpContext context, HttpResponseMessage answer)
    {
        timer.Started();
        var plain = await AnswerWriter.ReadAsync(call, answer, timer);
        _attempt.FirstByteAt ??= call.Elapsed;
        if (call.Facts.IsError)
        {
            // A response that failed is an answer by its contract, where nobody gives a better one.
            var isResponse = call.Operation == Operation.Responses && call.Facts.Id is not null;
            var kind = ProviderErrors.ClassifyInSuccess(call.Facts.ErrorCode, call.Response.Span);
            if (Fail(new UpstreamFailure(kind, isResponse ? null : UpstreamErrors.InSuccess(provider.Name, call.Facts.ErrorCode))) || !isResponse)
            {
                return;
            }
        }
        else if (call.Facts.FinishReason == "content_filter" && Fail(new UpstreamFailure(FailureKind.ContentPolicy, null)))
        {
            return;
        }

        await services.Answers.WriteAsync(context, call, plain, timer);
    }

    /// <returns>Whether another attempt follows.</returns>
    private bool Fail(UpstreamFailure failure)
    {
        Failure = failure;
        Next = attempts.After(failure);
        return Next is not null;
    }
}
