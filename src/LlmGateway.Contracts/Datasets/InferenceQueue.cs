namespace LlmGateway.Contracts.Datasets;

/// <summary>
/// The queue of the inference log. A message is a batch: frames one after another as
/// <see cref="Gateway.InferenceFrameCodec"/> writes them, with its media type and no envelope. Sent by every gateway,
/// consumed by Datasets; a call's id makes it idempotent.
/// </summary>
public static class InferenceQueue
{
    public const string Name = "datasets.inferences";
}
