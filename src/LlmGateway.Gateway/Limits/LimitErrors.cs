using System.Globalization;
using LlmGateway.Gateway.Limits.Rules;
using LlmGateway.Gateway.Pricing;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Limits;

/// <summary>Refusals: each names its limit, its numbers, and that the gateway says it and no provider.</summary>
internal static class LimitErrors
{
    private const string RateLimit = "rate_limit_exceeded";
    private const string Quota = "insufficient_quota";

    /// <summary>When a slot may be free again nobody knows.</summary>
    private const int RetrySlotAfterSeconds = 1;

    public static ApiError Exceeded(CallLimits call, DateTimeOffset now)
    {
        var counted = call.RefusedBy!;
        var limit = counted.Limit;
        var left = counted.WindowEnd - now.ToUnixTimeSeconds();
        var wait = left is null ? limit.Window == LimitWindow.Never ? "Ask an admin to top it up" : "Try again when one of them has ended" : $"It begins anew in {LimitHeaders.Duration(TimeSpan.FromSeconds(Math.Max(1, left.Value)))}";
        return new ApiError(
            StatusCodes.Status429TooManyRequests, IsBudget(limit) ? Quota : RateLimit,
            $"The gateway's limit '{limit.Definition.Name}' ({limit.Id}) of {Most(limit)} for {Subject(counted)} has no room: {Amount(limit, counted.Before)} used or set aside, and this request needs {Amount(limit, counted.Reserved)}. {wait}.")
        {
            RetryAfterSeconds = left is { } seconds ? (int)Math.Clamp(seconds, 1, int.MaxValue) : limit.Window is null ? RetrySlotAfterSeconds : null,
            Headers = LimitHeaders.Of(call, now),
        };
    }

    public static ApiError TooLarge(CountedLimit counted) => new(
        StatusCodes.Status429TooManyRequests, IsBudget(counted.Limit) ? Quota : RateLimit,
        $"This request needs {Amount(counted.Limit, counted.Reserved)} of the gateway's limit '{counted.Limit.Definition.Name}' ({counted.Limit.Id}), which is {Most(counted.Limit)} for {Subject(counted)}: it can never pass. Send less, or lower the tokens that its answer may have.");

    public static ApiError PriceUnknown(CompiledLimit limit, string? model) => new(
        StatusCodes.Status400BadRequest, "price_unknown",
        $"The gateway's budget '{limit.Definition.Name}' ({limit.Id}) cannot be kept for this request, because {(model is null ? "what it costs" : $"the price of '{model}'")} is unknown. "
        + (model is null ? "" : $"Set Gateway:Models:{model}:InputUsdPerMillion and OutputUsdPerMillion. ") + "With \"unpriced\": \"allow\" the limit lets such requests pass uncounted.",
        model is null ? null : "model");

    /// <summary>Whether it is about money, or does not come back by itself.</summary>
    private static bool IsBudget(CompiledLimit limit) => limit.Resource == LimitedResource.CostUsd || limit.Window == LimitWindow.Never;

    private static string Most(CompiledLimit limit) => limit.Window switch
    {
        null or LimitWindow.Never => Amount(limit, limit.Most),
        { } window => $"{Amount(limit, limit.Most)} per {window.ToString().ToLowerInvariant()}",
    };

    private static string Amount(CompiledLimit limit, long amount) => limit.Resource switch
    {
        LimitedResource.CostUsd => $"{NanoUsd.Format(amount)} USD",
        LimitedResource.Tokens => Count(amount, "token"),
        LimitedResource.Requests => Count(amount, "request"),
        _ => Count(amount, "concurrent request"),
    };

    private static string Count(long amount, string what) => string.Create(CultureInfo.InvariantCulture, $"{amount} {what}{(amount == 1 ? "" : "s")}");

    private static string Subject(CountedLimit counted) => counted.Limit.Definition.Scope switch
    {
        { Type: LimitSubject.Project } => $"project '{counted.Key.Subject}'",
        { Type: LimitSubject.Key } => $"key '{counted.Key.Subject}'",
        { Type: LimitSubject.EndUser } => $"end user '{counted.Key.Subject}'",
        var scope => $"metadata '{scope.Key}' = '{counted.Key.Subject}'",
    };
}
