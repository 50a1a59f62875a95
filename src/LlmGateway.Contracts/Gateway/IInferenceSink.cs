namespace LlmGateway.Contracts.Gateway;

/// <summary>Takes shipped batches to the log store: over HTTP, or directly where the store is in the same process.</summary>
public interface IInferenceSink
{
    /// <summary>Stores a batch whole or not at all. The same batch may come again: each call is stored once.</summary>
    /// <param name="frames">Frames one after another; valid until the task ends.</param>
    /// <param name="cancellationToken">Gives the attempt up; it may have been stored all the same.</param>
    Task<SinkResult> StoreAsync(ReadOnlyMemory<byte> frames, CancellationToken cancellationToken);
}

/// <summary>What came of a batch.</summary>
/// <param name="Answer">What the sender is to do.</param>
/// <param name="Reason">Why it was not stored, for the log; empty when it was.</param>
public readonly record struct SinkResult(SinkAnswer Answer, string Reason = "");

/// <summary>What a store makes of a batch.</summary>
public enum SinkAnswer
{
    /// <summary>Committed: the sender may forget it.</summary>
    Stored,

    /// <summary>The store is away or busy: the same batch goes again later.</summary>
    Unavailable,

    /// <summary>Something in the batch will never be taken.</summary>
    Refused,

    /// <summary>The store failed in an unforeseen way, which may be the batch's fault.</summary>
    Failed,
}
