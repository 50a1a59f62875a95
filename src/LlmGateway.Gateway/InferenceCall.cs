using System.Diagnostics;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Forwarding;
using LlmGateway.Gateway.Limits;
using LlmGateway.Gateway.Models;
using LlmGateway.Gateway.OwnCalls;
using LlmGateway.Gateway.Prompts;
using LlmGateway.Gateway.Recording;
using LlmGateway.Gateway.Requests;
using LlmGateway.Gateway.Routes;
using LlmGateway.Gateway.Structured;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace LlmGateway.Gateway;

/// <summary>One model call on its way through the stages; each stage adds what it learned.</summary>
internal sealed class InferenceCall(Operation operation, Caller caller, TimeProvider time, CancellationToken callerLeft) : IDisposable
{
    /// <summary>Body bytes kept for the log and the cache.</summary>
    public const int CaptureLimit = 1 << 20;

    private readonly long _started = time.GetTimestamp();

    public Guid Id { get; } = Guid.CreateVersion7(time.GetUtcNow());

    public Operation Operation { get; } = operation;

    public Caller Caller { get; } = caller;

    public DateTimeOffset CreatedAt { get; } = time.GetUtcNow();

    /// <summary>Cancelled when the caller goes away; the call may go on for others that wait for the same answer.</summary>
    public CancellationToken CallerLeft { get; } = callerLeft;

    /// <summary>The span of the caller's request; null where nobody traces.</summary>
    public Activity? Span { get; } = Activity.Current;

    public PooledBody? Request { get; set; }

    public RequestScan Scan { get; set; } = new();

    /// <summary>The model's name as the caller wrote it; for a managed prompt without one, <c>prompt/name@label</c>.</summary>
    public string RequestedModel { get; set; } = "";

    public IReadOnlyDictionary<string, string>? Metadata { get; set; }

    public string? EpisodeId { get; set; }

    /// <summary>The deployment that answers; another than the one that was chosen first after a fallback.</summary>
    public Deployment? Deployment { get; set; }

    /// <summary>Where the call goes and why; null until its model is resolved.</summary>
    public CallRouting? Routing { get; set; }

    public CacheResult Cache { get; set; }

    /// <summary>Whether a hit came from the Redis that gateways share, else from this one's memory.</summary>
    public bool HitInRedis { get; set; }

    /// <summary>The response that the call continues, where its turns were put into <see cref="Request"/>; null else.</summary>
    public string? PreviousResponseId { get; set; }

    /// <summary>The answer as it came: a plain one whole, a stream up to <see cref="CaptureLimit"/>.</summary>
    public PooledBody Response { get; } = new();

    /// <summary>What of <see cref="Response"/> is kept.</summary>
    public ReadOnlyMemory<byte> Captured => Response.Memory[..Math.Min(Response.Length, CaptureLimit)];

    /// <summary>The answer as the log keeps it, where it is not to keep it as it came; null else.</summary>
    public ReadOnlyMemory<byte>? MaskedResponse { get; set; }

    public long ResponseBytes { get; set; }

    /// <summary>Whether <see cref="Response"/> is a stream's text.</summary>
    public bool IsSse { get; set; }

    /// <summary>What the answer said of itself. A field, because readers fill it in place.</summary>
    public AnswerFacts Facts;

    public bool UsageEstimated { get; set; }

    public TimeSpan? TimeToFirstToken { get; private set; }

    public List<UpstreamAttempt> Attempts { get; } = [];

    /// <summary>What the attempts used, in their order; the last one's is missing while it runs.</summary>
    public List<AttemptUsage> Used { get; } = [];

    /// <summary>Told before a provider is called, with the attempt in the list.</summary>
    public Action<InferenceCall>? AttemptBegins { get; set; }

    /// <summary>Where the call is noted as under way; null where it is not.</summary>
    public int? OpenPlace { get; set; }

    /// <summary>Why the cache was passed by, in one word; null where it was not.</summary>
    public string? CacheReason { get; set; }

    /// <summary>The managed prompt that <see cref="Request"/> was made from.</summary>
    public InferencePrompt? Prompt { get; set; }

    /// <summary>
    /// <c>prompt/name</c> where the prompt chose the model: a key that may call the prompt may call that model for it. Null where
    /// the caller chose.
    /// </summary>
    public string? PromptModel { get; set; }

    /// <summary>
    /// The model that the caller named, or <c>prompt/name</c>, where an experiment put another in its place: a key that may call the one
    /// may call the other for it, and what is set for the one holds for the other. Null where none did.
    /// </summary>
    public string? RouteModel { get; set; }

    /// <summary>The variant of an experiment whose changes the call has; null for none.</summary>
    public string? Variant { get; set; }

    /// <summary>That the variant was given by lot, for the log; null where it was not.</summary>
    public InferenceExposure? Exposure { get; set; }

    /// <summary>What the managed prompt wants done with a structured answer that does not fit its schema; null where it wants nothing.</summary>
    public StructuredOutputPolicy? StructuredOutput { get; set; }

    /// <summary>Whether the request asks for a form and its answer's is checked here: the model has no support of its own, or the prompt wants it.</summary>
    public bool ChecksFormat =>
        !Scan.Format.IsEmpty && (StructuredOutput is not null || Deployment?.StructuredOutput == StructuredOutputSupport.Prompted);

    /// <summary>The call that this one is made for, told by our own calls only.</summary>
    public CallParent Parent { get; set; }

    /// <summary>Whether the tool <c>file_search</c> is the prompt's: its author chose what is read, and calling the prompt is enough.</summary>
    public bool PromptSearches { get; set; }

    /// <summary>The limits that are for the call; null where none is.</summary>
    public CallLimits? Limits { get; set; }

    /// <summary>What was looked up for the call and put into its request.</summary>
    public List<InferenceRetrieval> Retrieval { get; } = [];

    /// <summary>What stages found out about the call.</summary>
    public List<InferenceScore> Scores { get; } = [];

    /// <summary>Whether a check found the answer wrong although its caller gets it; such an answer is not worth keeping.</summary>
    public bool FailedCheck { get; set; }

    /// <summary>What calls cost that were made for this one, in nano-dollars: their caller is told, their own records hold it. Null when that of any is unknown.</summary>
    public long? PartsCostNanoUsd { get; set; } = 0;

    /// <summary>How the call ended; null until then. The first that says so is right, and an outer stage that holds the call may say otherwise.</summary>
    public CallEnd? End { get; set; }

    /// <summary>Stages that have not let the record go yet: they still look at the answer, or change it.</summary>
    public int Holds { get; set; }

    /// <summary>Whether bodies go to the log; known once the call has ended.</summary>
    public bool KeepsBodies { get; set; }

    /// <summary>Whether the call is not made but queued: another one will be, which has the record.</summary>
    public bool IsPutOff { get; set; }

    /// <summary>The finished record; null until then. A call is recorded once.</summary>
    public InferenceRecord? Record { get; set; }

    /// <summary>Whether the answer is whole and good, and so worth keeping; also when its caller did not wait for it.</summary>
    public bool CanBeKept => End is { Status: 200, Outcome: InferenceOutcome.Completed } && !FailedCheck && ResponseBytes <= CaptureLimit;

    public TimeSpan Elapsed => time.GetElapsedTime(_started);

    public static InferenceCall Of(HttpContext context) => context.Features.GetRequiredFeature<InferenceCall>();

    /// <summary>
    /// Adds an attempt; it stands in the list before its answer is written, because the answer's headers count it. What the
    /// one before it used is settled by then.
    /// </summary>
    public UpstreamAttempt BeginAttempt(string provider, string model) => BeginAttempt(new UpstreamAttempt(provider, model, Elapsed));

    /// <inheritdoc cref="BeginAttempt(string, string)"/>
    public UpstreamAttempt BeginAttempt(UpstreamAttempt attempt)
    {
        SettleFailedAttempt();
        Facts = default;
        Attempts.Add(attempt);
        AttemptBegins?.Invoke(this);
        return attempt;
    }

    /// <summary>What the last attempt used, unless that is known already.</summary>
    private void SettleFailedAttempt()
    {
        if (Attempts.Count > Used.Count)
        {
            Used.Add(AttemptUsage.Of(this, InferenceOutcome.Failed));
        }
    }

    public void MarkFirstToken() => TimeToFirstToken ??= Elapsed;

    public void Capture(ReadOnlySpan<byte> bytes)
    {
        ResponseBytes += bytes.Length;
        Response.Append(bytes, CaptureLimit);
    }

    /// <summary>Forgets what came of an attempt that failed, once it is known what it used: the next one begins afresh.</summary>
    public void ForgetAnswer()
    {
        SettleFailedAttempt();
        Response.Dispose();
        ResponseBytes = 0;
        IsSse = false;
        Facts = default;
        TimeToFirstToken = null;
    }

    /// <summary>Puts another answer in place of what was captured.</summary>
    public void ReplaceAnswer(ReadOnlySpan<byte> bytes, bool isSse)
    {
        Response.Dispose();
        ResponseBytes = 0;
        IsSse = isSse;
        Capture(bytes);
    }

    /// <summary>Puts another request in the place of the caller's, and reads it anew.</summary>
    /// <param name="body">It belongs to the call then.</param>
    public void ReplaceRequest(PooledBody body)
    {
        Request!.Dispose();
        Request = body;
        Scan = RequestScanner.Scan(body.Span, Operation);
    }

    /// <inheritdoc cref="ReplaceRequest(PooledBody)"/>
    /// <param name="limit">How many bytes it may have.</param>
    /// <param name="addition">What was added, for the error: <c>its prompt</c>.</param>
    /// <param name="parts">What it is made of; may be pieces of the request that goes.</param>
    /// <exception cref="ApiException">It is too large (413).</exception>
    public void ReplaceRequest(int limit, string addition, params ReadOnlySpan<ReadOnlyMemory<byte>> parts)
    {
        var length = 0L;
        foreach (var part in parts)
        {
            length += part.Length;
        }

        if (length > limit)
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status413PayloadTooLarge, "request_too_large", $"With {addition} the request is over {limit} bytes (Gateway:MaxRequestBytes)."));
        }

        var body = new PooledBody();
        foreach (var part in parts)
        {
            body.Append(part.Span, limit);
        }

        ReplaceRequest(body);
    }

    public void Dispose()
    {
        Request?.Dispose();
        Response.Dispose();
    }
}

/// <summary>How a call ended.</summary>
/// <param name="Status">HTTP status that the caller gets.</param>
/// <param name="Outcome">Whether its answer is whole.</param>
/// <param name="ErrorCode">OpenAI's error code when it failed.</param>
internal readonly record struct CallEnd(int Status, InferenceOutcome Outcome, string? ErrorCode);
