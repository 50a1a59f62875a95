using System.Text;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Forwarding;
using LlmGateway.Gateway.Pricing;
using LlmGateway.Gateway.Recording;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Caching;

/// <summary>
/// Answers from the cache (memory, then Redis where there is one), shares a call that is under way, or lets the call pass
/// and keeps its answer.
/// </summary>
internal sealed class CacheStage(
    RequestDelegate next, ResponseCache cache, InferenceRecorder recorder, TimeProvider time, SharedAnswers? shared = null)
{
    private const int MaxNamespace = 128;

    /// <summary>Keeps answers that were checked apart from those that were not; no header can hold it.</summary>
    private const string CheckedFormat = "\nchecked";

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
            call.Request!.Span, call.Scan, call.Caller.ProjectId, call.Operation, call.Deployment!.Name, ReadNamespace(context.Request) + (call.ChecksFormat ? CheckedFormat : ""));
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
                await LeadAsync(context, call, key, flight, directives);
                return;
            }

            // The leader's call may fail, or find an answer too old for this caller; then whoever is first leads the next try.
            if (await flight.WaitAsync(call.CallerLeft) is { } landed && (landed.StoredAt >= call.CreatedAt || IsFresh(landed, directives)))
            {
                await ReplayAsync(context, call, landed, CacheResult.Shared);
                return;
            }
        }
    }

    /// <summary>Looks in Redis or makes the call, for all that wait.</summary>
    private async Task LeadAsync(HttpContext context, InferenceCall call, CacheKey key, Flight flight, CacheDirectives directives)
    {
        CachedAnswer? found = null;
        CachedAnswer? answer = null;
        try
        {
            answer = found = await FindSharedAsync(key, call, directives);
            if (found is null)
            {
                answer = await CallAsync(context, call, key, flight);
            }
        }
        finally
        {
            cache.Land(key, flight, answer);
        }

        if (found is not null)
        {
            call.HitInRedis = true;
            await ReplayAsync(context, call, found, CacheResult.Hit);
        }
    }

    private async ValueTask<CachedAnswer?> FindSharedAsync(CacheKey key, InferenceCall call, CacheDirectives directives)
    {
        if (shared is null || await shared.FindAsync(key, call.Caller.ProjectId, call.CallerLeft) is not { } found || !IsFresh(found, directives))
        {
            return null;
        }

        cache.Store(key, found);
        return found;
    }

    /// <summary>Makes the call; its own caller's leaving ends it only when nobody else waits.</summary>
    private async Task<CachedAnswer?> CallAsync(HttpContext context, InferenceCall call, CacheKey key, Flight flight)
    {
        await using var leaving = call.CallerLeft.UnsafeRegister(static flight => ((Flight)flight!).Leave(), flight);
        context.RequestAborted = flight.Deserted;
        try
        {
            call.Cache = CacheResult.Miss;
            await next(context);
            return Keep(key, call);
        }
        finally
        {
            context.RequestAborted = call.CallerLeft;
        }
    }

    private bool IsFresh(CachedAnswer answer, CacheDirectives directives) =>
        directives.MaxAge is null || time.GetUtcNow() - answer.StoredAt <= directives.MaxAge;

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
        var now = time.GetUtcNow();
        var answer = new CachedAnswer(
            json, call.Deployment!.Provider.Name, call.Deployment.Model, facts.Id, facts.FinishReason,
            new TokenCounts(facts.InputTokens, facts.OutputTokens, facts.CachedInputTokens, facts.ReasoningTokens),
            call.UsageEstimated, now, now + call.Deployment.CacheTtl);
        cache.Store(key, answer);
        if (call.KeepsBodies)
        {
            shared?.Offer(key, answer);
        }

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
