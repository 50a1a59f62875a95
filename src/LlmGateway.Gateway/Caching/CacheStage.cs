using System.Text;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Forwarding;
using LlmGateway.Gateway.Pricing;
using LlmGateway.Gateway.Recording;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Caching;

/// <summary>Answers from the cache, shares a call that is under way, or lets the call pass and keeps its answer.</summary>
internal sealed class CacheStage(RequestDelegate next, ResponseCache cache, InferenceRecorder recorder, TimeProvider time)
{
    private const int MaxNamespace = 128;

    public async Task InvokeAsync(HttpContext context)
    {
        var call = InferenceCall.Of(context);
        var directives = CacheDirectives.For(context.Request, call.Scan, call.Operation, call.Deployment!);
        if (!directives.Write)
        {
            call.Cache = CacheResult.Bypass;
            await next(context);
            return;
        }

        var key = CacheKey.Compute(
            call.Request!.Span, call.Scan, call.Caller.ProjectId, call.Operation, call.Deployment!.Name, ReadNamespace(context.Request));
        if (!directives.Read)
        {
            call.Cache = CacheResult.Bypass;
            await next(context);
            Keep(key, call);
            return;
        }

        await ServeAsync(context, call, key, directives);
    }

    private async Task ServeAsync(HttpContext context, InferenceCall call, CacheKey key, CacheDirectives directives)
    {
        while (true)
        {
            if (cache.Find(key, directives.MaxAge) is { } stored)
            {
                await ReplayAsync(context, call, stored, CacheResult.Hit);
                return;
            }

            var (flight, leads) = cache.Join(key);
            if (leads)
            {
                await LeadAsync(context, call, key, flight);
                return;
            }

            // The leader's call may fail; then whoever is first leads the next try.
            if (await flight.WaitAsync(call.CallerLeft) is { } shared)
            {
                await ReplayAsync(context, call, shared, CacheResult.Shared);
                return;
            }
        }
    }

    /// <summary>Makes the call for all that wait; its own caller's leaving ends it only when nobody else does.</summary>
    private async Task LeadAsync(HttpContext context, InferenceCall call, CacheKey key, Flight flight)
    {
        CachedAnswer? answer = null;
        await using var leaving = call.CallerLeft.UnsafeRegister(static flight => ((Flight)flight!).Leave(), flight);
        context.RequestAborted = flight.Deserted;
        try
        {
            call.Cache = CacheResult.Miss;
            await next(context);
            answer = Keep(key, call);
        }
        finally
        {
            context.RequestAborted = call.CallerLeft;
            cache.Land(key, flight, answer);
        }
    }

    /// <summary>Stores the answer of a call that ended well; after the last byte, so that no caller waits for it.</summary>
    private CachedAnswer? Keep(CacheKey key, InferenceCall call)
    {
        if (!call.CanBeKept)
        {
            return null;
        }

        var json = call.Response.Memory.ToArray();
        if (call.IsSse && !(StreamAssembler.TryAssemble(call.Operation.Name, call.Response.Span, out json, out var complete) && complete))
        {
            return null;
        }

        var facts = call.Facts;
        var answer = new CachedAnswer(
            json, call.Deployment!.Provider.Name, call.Deployment.Model, facts.Id, facts.FinishReason,
            new TokenCounts(facts.InputTokens, facts.OutputTokens, facts.CachedInputTokens, facts.ReasoningTokens),
            call.UsageEstimated, time.GetUtcNow());
        cache.Store(key, answer, call.Deployment.CacheTtl);
        return answer;
    }

    private async Task ReplayAsync(HttpContext context, InferenceCall call, CachedAnswer answer, CacheResult result)
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
        response.Headers.Age = ((long)(time.GetUtcNow() - answer.StoredAt).TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
        ResponseHeaders.WriteDeployment(response, call);
        await recorder.RecordAsync(call, StatusCodes.Status200OK, InferenceOutcome.Completed);
        if (!call.IsSse)
        {
            ResponseHeaders.WriteOutcome(response, call);
            response.ContentLength = body.Length;
        }

        await response.Body.WriteAsync(body, context.RequestAborted);
    }

    /// <summary>Lets a caller keep repetitions apart.</summary>
    private static string ReadNamespace(HttpRequest request)
    {
        var value = request.Headers[CacheDirectives.NamespaceHeader].ToString();
        return Encoding.UTF8.GetByteCount(value) <= MaxNamespace
            ? value
            : throw new ApiException(ApiErrors.BadRequest($"'{CacheDirectives.NamespaceHeader}' may have at most {MaxNamespace} bytes.", CacheDirectives.NamespaceHeader));
    }
}
