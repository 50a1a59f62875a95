using System.Globalization;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Caching;
using LlmGateway.Gateway.SemanticCaching.Caches;
using LlmGateway.Gateway.SemanticCaching.Entries;
using LlmGateway.Gateway.SemanticCaching.Precision;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.SemanticCaching;

/// <summary>
/// Answers a question as one that means the same was answered, where a semantic cache is for such requests. Everywhere else it
/// costs one look-up in a table. Nothing that fails here fails the request.
/// </summary>
internal sealed class SemanticStage(
    RequestDelegate next, SemanticCacheDirectory directory, SemanticEmbeddings embeddings, SemanticLookup lookup, SemanticWriter writer, SemanticChecks checks,
    AnswerReplay replay, GatewaySettings settings, SemanticMetrics metrics, TimeProvider time)
{
    /// <summary>Purpose of the calls that semantic caches make: embedding, answering again, judging.</summary>
    public const string Purpose = "semantic_cache";

    public const string SimilarityHeader = "x-llmgateway-semantic-similarity";
    public const string EntryHeader = "x-llmgateway-semantic-entry";
    private const string ThresholdHeader = "x-llmgateway-semantic-threshold";

    /// <summary>Two texts so similar are the same text: the new answer replaces the old one.</summary>
    private const double SameText = 0.9995;

    public Task InvokeAsync(HttpContext context)
    {
        var call = InferenceCall.Of(context);

        // Own calls, such as judges', would judge what they come from.
        return directory.Current.Find(call) is { } cache && call.Caller.Purpose == Caller.Production
            ? ServeAsync(context, call, cache)
            : next(context);
    }

    private async Task ServeAsync(HttpContext context, InferenceCall call, SemanticCache cache)
    {
        var asked = ReadThreshold(context.Request);
        var control = CacheControl.Read(context.Request);
        string? leftOut = "no_store";
        var question = control.NoStore ? null : SemanticQuestion.Read(cache, call, CacheDirectives.ReadNamespace(context.Request), out leftOut);
        if (question is null)
        {
            metrics.CountLeftOut(leftOut!);
            await next(context);
            return;
        }

        if (await embeddings.TryEmbedAsync(cache, call, question.Text, context.RequestAborted) is not { } vector)
        {
            await next(context);
            return;
        }

        var threshold = Math.Max(asked, directory.Current.ThresholdOf(cache, question.Partition));
        var query = new SemanticQuery(cache, question.Partition, vector, Math.Min(threshold, cache.Policy.Floor));
        var matches = await lookup.FindAsync(query, context.RequestAborted);
        var match = matches.Count > 0 ? matches[0] : null;
        var isContested = Neighbourhood.IsContested(matches, cache.Policy);
        var answer = match?.Similarity >= threshold && !isContested && !control.NoCache ? Usable(match, control) : null;
        Count(answer is not null, isContested);
        if (answer is not null)
        {
            await ReplayAsync(context, call, query, question, match!, answer);
            return;
        }

        var deployment = call.Deployment;
        await next(context);
        if (call.Deployment == deployment)
        {
            // A fallback's answer belongs to another model's partition.
            Keep(call, query, question, match, isContested);
        }
    }

    private void Count(bool isHit, bool isContested)
    {
        if (isContested)
        {
            metrics.CountContested();
        }
        else
        {
            metrics.CountLookup(isHit);
        }
    }

    private CachedAnswer? Usable(SemanticMatch match, CacheControl control) =>
        CachedAnswerCodec.Read(match.Entry.Answer) is { } answer && (control.MaxAge is null || time.GetUtcNow() - answer.StoredAt <= control.MaxAge) ? answer : null;

    private async Task ReplayAsync(
        HttpContext context, InferenceCall call, SemanticQuery query, SemanticQuestion question, SemanticMatch match, CachedAnswer answer)
    {
        context.Response.Headers[SimilarityHeader] = match.Similarity.ToString("0.0000", CultureInfo.InvariantCulture);
        context.Response.Headers[EntryHeader] = match.Entry.Id;
        await replay.WriteAsync(context, call, answer, CacheResult.Semantic);
        writer.OfferHit(query.Cache.ProjectId, match.Entry);
        checks.OfferHit(query, question, match, call);
    }

    /// <summary>Stores the answer of a call that ended well, and has it compared with that of the nearest question.</summary>
    private void Keep(InferenceCall call, SemanticQuery query, SemanticQuestion question, SemanticMatch? match, bool isContested)
    {
        var cache = query.Cache;
        if (CachedAnswer.Of(call, time.GetUtcNow(), TimeSpan.FromSeconds(cache.Policy.TtlSeconds)) is not { } answer)
        {
            return;
        }

        if (answer.Json.Length > settings.Current.SemanticCaching.MaxAnswerBytes)
        {
            metrics.CountWrite("too_large");
            return;
        }

        var isSame = match?.Similarity >= SameText;
        // Contested ones would not be hits at any threshold, and so say nothing about it.
        if (match is not null && !isSame && !isContested)
        {
            checks.OfferNearMiss(query, question, match, call, answer.Json);
        }

        writer.Offer(new NewSemanticEntry(cache, question.ToRow(cache, call), ToEntry(call, query, question, answer), isSame ? match!.Entry.Id : null));
    }

    private SemanticEntry ToEntry(InferenceCall call, SemanticQuery query, SemanticQuestion question, CachedAnswer answer) => new()
    {
        Id = RowIds.New(SemanticEntry.Prefix, time.GetUtcNow()),
        CacheId = query.Cache.Id,
        Partition = question.Partition,
        PromptId = call.Prompt?.Id,
        PromptVersion = call.Prompt?.Version,
        Question = question.Text,
        Answer = CachedAnswerCodec.Write(answer),
        Embedding = Array.ConvertAll(query.Vector, value => (Half)value),
        Dimensions = query.Vector.Length,
        InferenceId = call.Id,
        CreatedAt = answer.StoredAt.ToUnixTimeSeconds(),
        ExpiresAt = answer.ExpiresAt.ToUnixTimeSeconds(),
        LastUsedAt = answer.StoredAt.ToUnixTimeSeconds(),
    };

    /// <summary>What the caller insists on; it never loosens what the cache demands.</summary>
    private static double ReadThreshold(HttpRequest request)
    {
        var text = request.Headers[ThresholdHeader].ToString();
        return text.Length == 0 ? 0
            : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var threshold) && threshold is >= 0 and <= 1 ? threshold
            : throw new ApiException(ApiErrors.BadRequest($"Invalid '{ThresholdHeader}': expected a number from 0 to 1. It can only tighten the cache's threshold.", ThresholdHeader));
    }
}
