using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Models;
using LlmGateway.Gateway.Requests;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Caching;

/// <summary>
/// Answers from the cache (memory, then Redis where there is one), shares a call that is under way, or lets the call pass
/// and keeps its answer.
/// </summary>
internal sealed class CacheStage(
    RequestDelegate next, ResponseCache cache, AnswerReplay replay, TimeProvider time, SharedAnswers? shared = null)
{
    /// <summary>Keeps answers that were checked apart from those that were not; no header can hold it.</summary>
    private const string CheckedFormat = "\nchecked";

    public async Task InvokeAsync(HttpContext context)
    {
        var call = InferenceCall.Of(context);
        var directives = CacheDirectives.For(context.Request, call.Scan, call.Operation, call.Deployment!);
        call.CacheReason = directives.Reason;
        if (!directives.Write)
        {
            call.Cache = CacheResult.Bypass;
            await next(context);
            return;
        }

        var apart = CacheDirectives.ReadNamespace(context.Request) + (call.ChecksFormat ? CheckedFormat : "") + Beta(context.Request, call);
        var (key, deployment) = (KeyOf(call, apart), call.Deployment!);
        if (!directives.Read)
        {
            call.Cache = CacheResult.Bypass;
            await next(context);
            Keep(call.Deployment == deployment ? key : KeyOf(call, apart), call);
            return;
        }

        await ServeAsync(context, call, new Question(key, deployment, apart), directives);
    }

    private static CacheKey KeyOf(InferenceCall call, string apart) =>
        CacheKey.Compute(call.Request!.Span, call.Scan, call.Caller.ProjectId, call.Operation, call.Deployment!.Name, apart);

    /// <summary>Anthropic's headers change what a request means.</summary>
    private static string Beta(HttpRequest request, InferenceCall call) =>
        call.Operation == Operation.Messages ? $"\n{request.Headers["anthropic-version"]}\n{request.Headers["anthropic-beta"]}" : "";

    private async Task ServeAsync(HttpContext context, InferenceCall call, Question question, CacheDirectives directives)
    {
        var key = question.Key;
        while (true)
        {
            if (cache.Find(key, directives.MaxAge) is { } stored)
            {
                await replay.WriteAsync(context, call, stored, CacheResult.Hit);
                return;
            }

            var (flight, leads) = cache.Join(key);
            if (leads)
            {
                await LeadAsync(context, call, question, flight, directives);
                return;
            }

            // The leader's call may fail, or find an answer too old for this caller; then whoever is first leads the next try.
            if (await flight.WaitAsync(call.CallerLeft) is { } landed && (landed.StoredAt >= call.CreatedAt || IsFresh(landed, directives)))
            {
                await replay.WriteAsync(context, call, landed, CacheResult.Shared);
                return;
            }
        }
    }

    /// <summary>Looks in Redis or makes the call, for all that wait.</summary>
    private async Task LeadAsync(HttpContext context, InferenceCall call, Question question, Flight flight, CacheDirectives directives)
    {
        var key = question.Key;
        CachedAnswer? found = null;
        CachedAnswer? answer = null;
        try
        {
            answer = found = await FindSharedAsync(key, call, directives);
            if (found is null)
            {
                answer = await CallAsync(context, call, question, flight);
            }
        }
        finally
        {
            cache.Land(key, flight, answer);
        }

        if (found is not null)
        {
            call.HitInRedis = true;
            await replay.WriteAsync(context, call, found, CacheResult.Hit);
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
    private async Task<CachedAnswer?> CallAsync(HttpContext context, InferenceCall call, Question question, Flight flight)
    {
        await using var leaving = call.CallerLeft.UnsafeRegister(static flight => ((Flight)flight!).Leave(), flight);
        context.RequestAborted = flight.Deserted;
        try
        {
            call.Cache = CacheResult.Miss;
            await next(context);
            if (call.Deployment == question.Deployment)
            {
                return Keep(question.Key, call);
            }

            // A fallback's answer is its own model's: those that wait asked for another one, and may not want it.
            Keep(KeyOf(call, question.Apart), call);
            return null;
        }
        finally
        {
            context.RequestAborted = call.CallerLeft;
        }
    }

    private bool IsFresh(CachedAnswer answer, CacheDirectives directives) =>
        directives.MaxAge is null || time.GetUtcNow() - answer.StoredAt <= directives.MaxAge;

    /// <summary>
    /// Stores the answer of a call that ended well; after the last byte, so that no caller waits for it. What the semantic cache
    /// answered is another question's answer, and is not kept as this one's.
    /// </summary>
    private CachedAnswer? Keep(CacheKey key, InferenceCall call)
    {
        if (call.Cache == CacheResult.Semantic || CachedAnswer.Of(call, time.GetUtcNow(), call.Deployment!.CacheTtl) is not { } answer)
        {
            return null;
        }

        cache.Store(key, answer);
        if (call.KeepsBodies)
        {
            shared?.Offer(key, answer);
        }

        return answer;
    }

    /// <param name="Key">Its identity at the deployment that was chosen first.</param>
    /// <param name="Deployment">That deployment.</param>
    /// <param name="Apart">What keeps it apart from others of the same body.</param>
    private readonly record struct Question(CacheKey Key, Deployment Deployment, string Apart);
}
