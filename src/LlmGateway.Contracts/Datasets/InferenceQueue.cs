namespace LlmGateway.Contracts.Datasets;

/// <summary>
/// The queue of the inference log. A message is a batch: frames one after another as
/// <see cref="Gateway.InferenceFrameCodec"/> writes them, with its media type and no envelope. Sent by every gateway,
/// consumed by Datasets; a call's id makes it idempotent.
/// </summary>
public static class InferenceQueue
{
    public const string Name = "datasets.inferences";

    /// <summary>The largest batch that is taken, by queue or by HTTP: 8 MB. A batch is about 1 MB, and a single frame at most a little over 2 MB.</summary>
    public const int MaxBatchBytes = 8 << 20;
}
