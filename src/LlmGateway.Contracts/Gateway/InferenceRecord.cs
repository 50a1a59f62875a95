using System.Text.Json.Serialization;

namespace LlmGateway.Contracts.Gateway;

/// <summary>
/// What is known of one finished call: written by the gateway to its spool before the caller's last byte, shipped to
/// Datasets, and stored there once. <see cref="Id"/> is the idempotency key.
/// </summary>
/// <remarks>Bodies travel beside this record (see <see cref="InferenceFrame"/>), never inside it.</remarks>
public sealed record InferenceRecord
{
    /// <summary>The inference id (UUIDv7), as in the <c>x-llmgateway-inference-id</c> header.</summary>
    public required Guid Id { get; init; }

    public required string ProjectId { get; init; }

    /// <summary>Public id of the API key that made the call; null for internal calls.</summary>
    public string? KeyId { get; init; }

    /// <summary>OpenAI operation: <c>chat.completions</c>, <c>completions</c>, <c>responses</c>, <c>embeddings</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>Why the call was made: <c>production</c>, or a service's own purpose such as <c>evaluation</c>.</summary>
    public string Purpose { get; init; } = "production";

    /// <summary>Id inside the answer's body, such as <c>chatcmpl-…</c>; null when there was none. It may repeat (replays).</summary>
    public string? BodyId { get; init; }

    /// <summary>Model name as the caller wrote it.</summary>
    public required string RequestedModel { get; init; }

    /// <summary>Provider and model that answered, <c>provider/model</c>; null if none was reached.</summary>
    public string? Model { get; init; }

    /// <summary>Configured provider name that answered; null if none was reached.</summary>
    public string? Provider { get; init; }

    /// <summary>Start of the call, Unix microseconds.</summary>
    public required long CreatedAtMicros { get; init; }

    /// <summary>Time from the request's arrival to its last byte, in microseconds.</summary>
    public long DurationMicros { get; init; }

    /// <summary>Time to the first byte of the answer's body, in microseconds; null if none came.</summary>
    public long? TimeToFirstTokenMicros { get; init; }

    /// <summary>HTTP status that the caller got.</summary>
    public int Status { get; init; }

    public InferenceOutcome Outcome { get; init; }

    /// <summary>OpenAI error code when the call failed.</summary>
    public string? ErrorCode { get; init; }

    public bool Streamed { get; init; }

    public CacheResult Cache { get; init; }

    public string? FinishReason { get; init; }

    /// <summary>Null when unknown: absent is not zero.</summary>
    public long? InputTokens { get; init; }

    public long? OutputTokens { get; init; }

    /// <summary>Part of <see cref="InputTokens"/> that the provider read from its prompt cache.</summary>
    public long? CachedInputTokens { get; init; }

    /// <summary>Part of <see cref="OutputTokens"/> spent on reasoning.</summary>
    public long? ReasoningTokens { get; init; }

    /// <summary>True when the tokens were counted by us and not reported by the provider.</summary>
    public bool UsageEstimated { get; init; }

    /// <summary>Cost in nano-dollars (1e-9 USD); null when the price or the usage is unknown.</summary>
    public long? CostNanoUsd { get; init; }

    /// <summary>What the answer would have cost, in nano-dollars, had it not come from a cache; null for a call that a provider answered, and when unknown.</summary>
    public long? SavedNanoUsd { get; init; }

    /// <summary>OpenAI's <c>metadata</c> merged with <c>x-llmgateway-metadata-*</c> headers.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>The caller's end user (<c>user</c>).</summary>
    public string? EndUser { get; init; }

    /// <summary>Groups calls; from <c>x-llmgateway-episode-id</c>, and made for a production call that came without.</summary>
    public string? EpisodeId { get; init; }

    /// <summary>W3C trace id, 32 hex digits.</summary>
    public string? TraceId { get; init; }

    /// <summary>The gateway's span of the request, 16 hex digits; null unless the trace is recorded.</summary>
    public string? SpanId { get; init; }

    /// <summary>Size of the request body in bytes, whether or not it is kept.</summary>
    public long RequestBytes { get; init; }

    public long ResponseBytes { get; init; }

    /// <summary>False when bodies were not kept: <c>store: false</c>, the project's wish, or a full spool.</summary>
    public bool BodiesKept { get; init; }

    /// <summary>The managed prompt that the request was made from; null for a request that was sent as it is.</summary>
    public InferencePrompt? Prompt { get; init; }

    /// <summary>The call that this one was made for: a chain's, a mirrored one, a judged one; null for a call of its own.</summary>
    public Guid? ParentId { get; init; }

    /// <summary>Which part of its parent it is, such as a chain's step; null where there is one only.</summary>
    public string? Step { get; init; }

    /// <summary>What the gateway itself found out about the call: guardrails, a schema's check; null for nothing, which costs no byte.</summary>
    public IReadOnlyList<InferenceScore>? Scores { get; init; }

    /// <summary>What was looked up for the request and put into it; null for nothing, which costs no byte.</summary>
    public IReadOnlyList<InferenceRetrieval>? Retrieval { get; init; }

    /// <summary>The variant of an experiment that the call was given; null for none, which costs no byte.</summary>
    public InferenceExposure? Exposure { get; init; }

    /// <summary>Why the call went the way it did; null for a record of a version that did not tell.</summary>
    public InferenceExplanation? Explanation { get; init; }

    /// <summary>Upstream attempts in order; empty for a cache hit.</summary>
    public IReadOnlyList<InferenceAttempt> Attempts { get; init; } = [];
}

/// <summary>The version of a prompt that a request was made from.</summary>
/// <param name="Id">The prompt.</param>
/// <param name="Version">Its version, from 1.</param>
/// <param name="Label">The label by which the caller asked for it; null when it named a version.</param>
/// <param name="Variables">The values as a JSON object; null when bodies are not kept, and when they are over 16 KB.</param>
public sealed record InferencePrompt(string Id, int Version, string? Label, string? Variables)
{
    /// <summary>How many of the request's messages are the prompt's; the caller's own come after them.</summary>
    public int Messages { get; init; }
}

/// <summary>One finding about a call.</summary>
/// <param name="Name">What was looked at, such as a guardrail's name; at most 64 characters.</param>
/// <param name="Value">The measure; for a check 1 when it passed and 0 when not.</param>
/// <param name="Passed">The verdict; null for a mere measure.</param>
/// <param name="Reason">Why, in at most 256 characters, without the caller's own text.</param>
public sealed record InferenceScore(string Name, double Value, bool? Passed, string? Reason);

/// <summary>One look-up for a request.</summary>
public sealed record InferenceRetrieval
{
    /// <summary>What wanted it: <c>file_search</c>, or a prompt's block such as <c>retrieve</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>What was asked; null when bodies are not kept, and where nothing was asked.</summary>
    public string? Query { get; init; }

    /// <summary><c>search</c>, or <c>stuff</c> for a whole store.</summary>
    public string? Strategy { get; init; }

    /// <summary>What went into the request, in its order.</summary>
    public IReadOnlyList<InferencePassage> Passages { get; init; } = [];

    /// <summary>What was found and did not fit <see cref="MaxTokens"/>.</summary>
    public IReadOnlyList<InferencePassage> LeftOut { get; init; } = [];

    /// <summary>Tokens of <see cref="Passages"/>.</summary>
    public long Tokens { get; init; }

    /// <summary>Tokens that they might have had.</summary>
    public long MaxTokens { get; init; }

    /// <summary>How long it took, in microseconds.</summary>
    public long DurationMicros { get; init; }

    /// <summary>Why the request went on without it, such as <c>retrieval_unavailable</c>; null when it did not.</summary>
    public string? Failed { get; init; }
}

/// <summary>A passage that was found, by its place and without its text.</summary>
/// <param name="VectorStoreId">The store, as the request named it.</param>
/// <param name="FileId">The file.</param>
/// <param name="Start">Its first character in the file's text.</param>
/// <param name="End">Behind its last character.</param>
/// <param name="Score">0 to 1, of its search only.</param>
/// <param name="Tokens">What it takes in the request.</param>
public sealed record InferencePassage(string VectorStoreId, string FileId, int Start, int End, double Score, int Tokens);

/// <summary>How a call ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<InferenceOutcome>))]
public enum InferenceOutcome
{
    /// <summary>The answer was delivered whole.</summary>
    Completed,

    /// <summary>An error was delivered, by us or by the provider.</summary>
    Failed,

    /// <summary>The caller went away.</summary>
    Cancelled,

    /// <summary>The provider broke off after the answer had begun.</summary>
    Incomplete,
}

/// <summary>What the response cache did.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CacheResult>))]
public enum CacheResult
{
    /// <summary>Not looked up: the policy or the caller forbade it.</summary>
    Bypass,
    Miss,
    Hit,

    /// <summary>Answered by an identical request that was under way.</summary>
    Shared,

    /// <summary>Answered as a request that means the same was.</summary>
    Semantic,
}
