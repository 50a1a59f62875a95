using System.Text;
using System.Text.Json;

namespace LlmGateway.TestKit.Upstream;

/// <summary>A request as the upstream received it, and how it went on.</summary>
public sealed class UpstreamRequest
{
    private long _abortedAtTicks;

    public required string Method { get; init; }

    /// <summary>Path with the query, as on the request line.</summary>
    public required string Path { get; init; }

    /// <summary>Several values of one header are joined with a comma and a space.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>The body's bytes as they came.</summary>
    public required byte[] Body { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The body as text.</summary>
    public string BodyText => Encoding.UTF8.GetString(Body);

    /// <summary>The body as JSON.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public JsonElement Json => JsonElement.Parse(Body);

    /// <summary>When the client went away before the answer's end; null if it did not (yet).</summary>
    public DateTimeOffset? AbortedAt =>
        Interlocked.Read(ref _abortedAtTicks) is var ticks and not 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>The client went away before the answer's end.</summary>
    public bool IsAborted => AbortedAt is not null;

    /// <summary>Nothing more will be sent, whatever the reason.</summary>
    public bool IsFinished { get; internal set; }

    /// <summary>The whole answer, or error, was sent.</summary>
    public bool IsServed { get; internal set; }

    /// <summary>Chunks of text that were sent of a stream.</summary>
    public int ChunksSent { get; internal set; }

    internal void MarkAborted(DateTimeOffset at) => Interlocked.CompareExchange(ref _abortedAtTicks, at.UtcTicks, 0);
}
