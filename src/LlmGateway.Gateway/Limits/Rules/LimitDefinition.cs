using System.Text.Json.Serialization;

namespace LlmGateway.Gateway.Limits.Rules;

/// <summary>What a limit counts, for whom and up to how much; checked when it was written.</summary>
internal sealed record LimitDefinition
{
    /// <summary>For people; 1 to 64 characters.</summary>
    public required string Name { get; init; }

    public required LimitedResource Resource { get; init; }

    /// <summary>Null for <see cref="LimitedResource.ConcurrentRequests"/>, which have none.</summary>
    public LimitWindow? Window { get; init; }

    /// <summary>The most that a window may hold: a count, or USD.</summary>
    public required decimal Limit { get; init; }

    public required LimitScope Scope { get; init; }

    /// <summary>Names as callers write them, or deployments (<c>provider/model</c>); null for all.</summary>
    public IReadOnlyList<string>? Models { get; init; }

    public LimitMode Mode { get; init; }

    /// <summary>What becomes of calls whose price is unknown; of meaning for <see cref="LimitedResource.CostUsd"/> only.</summary>
    public UnpricedCalls Unpriced { get; init; }
}

/// <summary>What is counted.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LimitedResource>))]
internal enum LimitedResource
{
    [JsonStringEnumMemberName("requests")]
    Requests,

    /// <summary>Input and output tokens.</summary>
    [JsonStringEnumMemberName("tokens")]
    Tokens,

    /// <summary>Requests under way at the same time.</summary>
    [JsonStringEnumMemberName("concurrent_requests")]
    ConcurrentRequests,

    [JsonStringEnumMemberName("cost_usd")]
    CostUsd,
}

/// <summary>How long is counted before it begins at nothing again. All are aligned with UTC's calendar.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LimitWindow>))]
internal enum LimitWindow
{
    [JsonStringEnumMemberName("second")]
    Second,

    [JsonStringEnumMemberName("minute")]
    Minute,

    [JsonStringEnumMemberName("hour")]
    Hour,

    [JsonStringEnumMemberName("day")]
    Day,

    [JsonStringEnumMemberName("month")]
    Month,

    /// <summary>Prepaid: it never begins anew, and topping it up is what makes room.</summary>
    [JsonStringEnumMemberName("never")]
    Never,
}

[JsonConverter(typeof(JsonStringEnumConverter<LimitMode>))]
internal enum LimitMode
{
    /// <summary>What does not fit is refused.</summary>
    [JsonStringEnumMemberName("enforce")]
    Enforce,

    /// <summary>Everything is counted and told, nothing is refused.</summary>
    [JsonStringEnumMemberName("shadow")]
    Shadow,
}

[JsonConverter(typeof(JsonStringEnumConverter<UnpricedCalls>))]
internal enum UnpricedCalls
{
    /// <summary>Refused: a budget that they pass by is none.</summary>
    [JsonStringEnumMemberName("refuse")]
    Refuse,

    /// <summary>Let through uncounted.</summary>
    [JsonStringEnumMemberName("allow")]
    Allow,
}

/// <summary>Whose calls are counted together.</summary>
/// <param name="Type">The kind of subject.</param>
/// <param name="Key">The member of <c>metadata</c>, for <see cref="LimitSubject.Metadata"/> only.</param>
/// <param name="Value">One particular subject; null for each one by itself.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record LimitScope(LimitSubject Type, string? Key = null, string? Value = null);

[JsonConverter(typeof(JsonStringEnumConverter<LimitSubject>))]
internal enum LimitSubject
{
    [JsonStringEnumMemberName("project")]
    Project,

    [JsonStringEnumMemberName("key")]
    Key,

    /// <summary>The request's <c>user</c>.</summary>
    [JsonStringEnumMemberName("end_user")]
    EndUser,

    /// <summary>A value of the call's metadata.</summary>
    [JsonStringEnumMemberName("metadata")]
    Metadata,
}
