namespace LlmGateway.Contracts.Gateway;

/// <summary>What was decided on a call's way and why, so far as the rest of its record does not tell. Names and numbers only, never what the caller wrote.</summary>
public sealed record InferenceExplanation
{
    /// <summary>Most candidates and limits that are told; further ones are left out.</summary>
    public const int MaxItems = 16;

    /// <summary>The version of the configuration in force.</summary>
    public string? Configuration { get; init; }

    /// <summary>Why the model was called that was; null where the caller named it.</summary>
    public InferenceRouting? Routing { get; init; }

    /// <summary>Why the cache was passed by: one word such as <c>policy</c>; null where it was not.</summary>
    public string? CacheReason { get; init; }

    /// <summary>The limits that were reckoned with; null for none.</summary>
    public IReadOnlyList<InferenceLimit>? Limits { get; init; }
}

/// <summary>How a name became a model.</summary>
public sealed record InferenceRouting
{
    /// <summary>The alias or route that the caller named; null for none.</summary>
    public string? Route { get; init; }

    /// <summary>The rule of the route that matched; null where it has none.</summary>
    public string? Rule { get; init; }

    /// <summary>The group of deployments that answered; null where the route has one only.</summary>
    public string? Group { get; init; }

    /// <summary>How one of the group was chosen, such as <c>weighted</c>.</summary>
    public string? Policy { get; init; }

    /// <summary>What was chosen first, <c>provider/model</c>.</summary>
    public required string Target { get; init; }

    /// <summary>Why, in one word or a short sentence.</summary>
    public string? Reason { get; init; }

    /// <summary>What was not chosen, each with why, such as <c>circuit_open</c>; null for nothing.</summary>
    public IReadOnlyList<InferenceCandidate>? PassedOver { get; init; }
}

/// <param name="Target"><c>provider/model</c>.</param>
/// <param name="Reason">Why it was not chosen.</param>
public sealed record InferenceCandidate(string Target, string Reason);

/// <summary>What a limit had to say of a call.</summary>
public sealed record InferenceLimit
{
    /// <summary>The rule's id or name.</summary>
    public required string Rule { get; init; }

    /// <summary>Whose share it is: <c>project</c>, <c>key</c>, <c>end_user</c>, or a metadata key.</summary>
    public required string Scope { get; init; }

    /// <summary>What is limited, with its unit: <c>requests</c>, <c>tokens</c>, <c>cost_nano_usd</c>, <c>concurrent_requests</c>.</summary>
    public required string Measure { get; init; }

    /// <summary>In what time, such as <c>minute</c>; null where time does not matter.</summary>
    public string? Window { get; init; }

    /// <summary>How much there may be.</summary>
    public required long Limit { get; init; }

    /// <summary>How much there was before this call.</summary>
    public long? Used { get; init; }

    /// <summary>What was set aside for this call.</summary>
    public long? Reserved { get; init; }

    /// <summary>What was reckoned at its end; null where it has not come to that.</summary>
    public long? Settled { get; init; }

    /// <summary><c>passed</c>, <c>refused</c>, or <c>would_refuse</c> for a limit that only watches.</summary>
    public required string Verdict { get; init; }
}
