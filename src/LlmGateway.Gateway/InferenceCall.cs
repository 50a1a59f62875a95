using System.Diagnostics;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Models;
using LlmGateway.Gateway.Requests;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace LlmGateway.Gateway;

/// <summary>One model call on its way through the stages; each stage adds what it learned.</summary>
internal sealed class InferenceCall(Operation operation, Caller caller, TimeProvider time) : IDisposable
{
    /// <summary>Body bytes kept for the log and the cache.</summary>
    public const int CaptureLimit = 1 << 20;

    private readonly long _started = time.GetTimestamp();

    public Guid Id { get; } = Guid.CreateVersion7(time.GetUtcNow());

    public Operation Operation { get; } = operation;

    public Caller Caller { get; } = caller;

    public DateTimeOffset CreatedAt { get; } = time.GetUtcNow();

    public string? TraceId { get; } = Activity.Current?.TraceId.ToHexString();

    public PooledBody? Request { get; set; }

    public RequestScan Scan { get; set; } = new();

    public IReadOnlyDictionary<string, string>? Metadata { get; set; }

    public string? EpisodeId { get; set; }

    public Deployment? Deployment { get; set; }

    public CacheResult Cache { get; set; }

    /// <summary>The answer as it came, up to <see cref="CaptureLimit"/>.</summary>
    public PooledBody Response { get; } = new();

    public long ResponseBytes { get; set; }

    /// <summary>Whether <see cref="Response"/> is a stream's text.</summary>
    public bool IsSse { get; set; }

    /// <summary>What the answer said of itself. A field, because readers fill it in place.</summary>
    public AnswerFacts Facts;

    public bool UsageEstimated { get; set; }

    public TimeSpan? TimeToFirstToken { get; private set; }

    public List<InferenceAttempt> Attempts { get; } = [];

    /// <summary>The finished record; null until then. A call is recorded once.</summary>
    public InferenceRecord? Record { get; set; }

    public TimeSpan Elapsed => time.GetElapsedTime(_started);

    public static InferenceCall Of(HttpContext context) => context.Features.GetRequiredFeature<InferenceCall>();

    public void MarkFirstToken() => TimeToFirstToken ??= Elapsed;

    public void Capture(ReadOnlySpan<byte> bytes)
    {
        ResponseBytes += bytes.Length;
        Response.Append(bytes, CaptureLimit);
    }

    public void Dispose()
    {
        Request?.Dispose();
        Response.Dispose();
    }
}
