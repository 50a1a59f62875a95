using System.Collections.Frozen;
using System.Text.Json;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Limits;
using LlmGateway.Gateway.Routes;

namespace LlmGateway.Gateway.Recording;

/// <summary>What stages decided about a call, as its record tells it.</summary>
internal static class CallExplanation
{
    public static InferenceExplanation Of(InferenceCall call, string configuration) => new()
    {
        Configuration = configuration,
        Routing = call.Routing is { } routing && IsWorthTelling(routing) ? Describe(routing) : null,
        CacheReason = call.CacheReason,
        Limits = call.Limits is { Counted.Length: > 0 } limits ? [.. limits.Counted.Take(InferenceExplanation.MaxItems).Select(counted => Describe(counted, limits))] : null,
    };

    /// <summary>The record with what each limit reckoned for it, which only the record itself tells.</summary>
    public static InferenceRecord WithSettled(InferenceRecord record, InferenceCall call)
    {
        if (call.Limits is not { RefusedBy: null } limits || record.Explanation is not { Limits: { } told } explanation)
        {
            return record;
        }

        var settled = told.Select((limit, index) => limit with { Settled = limits.Counted[index].Amount(record) });
        return record with { Explanation = explanation with { Limits = [.. settled] } };
    }

    /// <summary>A model that the caller named, and that was asked at once, explains itself.</summary>
    private static bool IsWorthTelling(CallRouting routing) => routing.Origin.Name is not null || routing.PassedOver.Count > 0 || routing.IsLastResort;

    /// <summary>Where a call goes, and why.</summary>
    public static InferenceRouting Describe(CallRouting routing) => new()
    {
        Route = routing.Origin.Name,
        Rule = routing.MatchedRule,
        Group = routing.Group.Name,
        Policy = Name(routing.Group.Policy),
        Target = routing.Target.Deployment.Name,
        Reason = routing.IsLastResort ? "last_resort" : routing.Route != routing.Origin ? "fallback" : null,
        PassedOver = routing.PassedOver.Count == 0 ? null : [.. routing.PassedOver.Select(passed => new InferenceCandidate(passed.Target, passed.Reason))],
    };

    private static InferenceLimit Describe(CountedLimit counted, CallLimits limits) => new()
    {
        Rule = counted.Limit.Id,
        Scope = counted.Limit.Definition.Scope.Key ?? Name(counted.Limit.Definition.Scope.Type),
        Measure = counted.Limit.Resource == Limits.Rules.LimitedResource.CostUsd ? "cost_nano_usd" : Name(counted.Limit.Resource),
        Window = counted.Limit.Window is { } window ? Name(window) : null,
        Limit = counted.Limit.Most,
        Used = counted.Before,
        Reserved = counted.Reserved,
        Verdict = limits.RefusedBy == counted ? "refused" : counted.Exceeded && !counted.Limit.Enforced ? "would_refuse" : "passed",
    };

    private static string Name<TEnum>(TEnum value)
        where TEnum : struct, Enum => Names<TEnum>.Of[value];

    /// <summary>Made once: each call tells some.</summary>
    private static class Names<TEnum>
        where TEnum : struct, Enum
    {
        public static readonly FrozenDictionary<TEnum, string> Of =
            Enum.GetValues<TEnum>().ToFrozenDictionary(static value => value, static value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));
    }
}
