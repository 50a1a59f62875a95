using System.Globalization;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Forwarding;
using LlmGateway.Gateway.Recording;
using LlmGateway.OpenAI;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Caching;

/// <summary>Delivers a kept answer as JSON or as a stream, whichever the caller asked for.</summary>
internal sealed class AnswerReplay(InferenceRecorder recorder, TimeProvider time)
{
    /// <param name="context">The request, whose response has not begun.</param>
    /// <param name="call">The call; it is recorded before its last byte is written.</param>
    /// <param name="answer">What is delivered.</param>
    /// <param name="result">Where it came from.</param>
    public async Task WriteAsync(HttpContext context, InferenceCall call, CachedAnswer answer, CacheResult result)
    {
        call.Cache = result;
        call.IsSse = call.Scan.Stream;
        call.UsageEstimated = answer.UsageEstimated;
        call.Facts = new AnswerFacts
        {
            Id = answer.BodyId,
            FinishReason = answer.FinishReason,
            InputTokens = answer.Usage.Input,
            OutputTokens = answer.Usage.Output,
            CachedInputTokens = answer.Usage.CachedInput,
            ReasoningTokens = answer.Usage.Reasoning,
        };
        var body = call.IsSse ? answer.ToSse(call.Operation.Name, call.Scan.IncludeUsage) : answer.Json;
        call.MarkFirstToken();
        call.Capture(body);
        var response = context.Response;
        response.ContentType = call.IsSse ? "text/event-stream; charset=utf-8" : "application/json";
        response.Headers.Age = ((long)(time.GetUtcNow() - answer.StoredAt).TotalSeconds).ToString(CultureInfo.InvariantCulture);
        ResponseHeaders.WriteDeployment(response, call);
        await recorder.RecordAsync(call, StatusCodes.Status200OK, InferenceOutcome.Completed);
        if (!call.IsSse)
        {
            ResponseHeaders.WriteOutcome(response, call);
            response.ContentLength = body.Length;
        }

        await response.Body.WriteAsync(body, context.RequestAborted);
    }
}
