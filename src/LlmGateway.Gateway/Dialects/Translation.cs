using System.Buffers;
using System.Text.Json;
using LlmGateway.Gateway.Requests;

namespace LlmGateway.Gateway.Dialects;

/// <summary>
/// One call between two APIs: its request goes from the caller's to the provider's, its answer comes back. It belongs to one
/// attempt, so it may remember on the way back what it did on the way there.
/// </summary>
internal abstract class Translation(Operation from, Operation to)
{
    /// <summary>What the caller speaks.</summary>
    public Operation From { get; } = from;

    /// <summary>What the provider speaks.</summary>
    public Operation To { get; } = to;

    /// <summary>Writes the request that the provider gets.</summary>
    /// <param name="request">The caller's: an object whose top level was checked already.</param>
    /// <param name="target">Where the request goes; one JSON object.</param>
    /// <exception cref="Service.ApiException">400: the request has what cannot be said in the other API.</exception>
    public abstract void WriteRequest(JsonElement request, IBufferWriter<byte> target);

    /// <summary>Writes the answer that the caller gets.</summary>
    /// <param name="answer">The provider's plain, successful answer: any JSON.</param>
    /// <param name="target">Where the answer goes; one JSON object.</param>
    /// <exception cref="JsonException">It is no answer.</exception>
    public abstract void WriteAnswer(JsonElement answer, IBufferWriter<byte> target);

    /// <summary>Begins a streamed answer.</summary>
    public abstract StreamTranslation OpenStream();
}

/// <summary>A streamed answer, turned event by event into the caller's API.</summary>
internal abstract class StreamTranslation
{
    /// <summary>Takes the provider's next event.</summary>
    /// <param name="name">The event's name; null when it has none.</param>
    /// <param name="data">Its data, not sure to be JSON: OpenAI's end mark is not.</param>
    /// <param name="target">Where the caller's events for it go, whole; none where it means nothing to the caller.</param>
    /// <exception cref="JsonException">The data makes no sense.</exception>
    public abstract void Take(string? name, ReadOnlySpan<byte> data, IBufferWriter<byte> target);

    /// <summary>Nothing more comes. A stream that ended without its end mark is broken, unless an API is known to leave it out.</summary>
    /// <param name="target">Where the caller's last events go.</param>
    public virtual void End(IBufferWriter<byte> target)
    {
    }
}
