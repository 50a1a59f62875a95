using LlmGateway.Contracts.Datasets;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Messaging.Raw;
using MassTransit;

namespace LlmGateway.Gateway.Spooling;

/// <summary>
/// Sends batches to Datasets' queue. The broker's confirm is the store's promise here: what the queue holds is stored
/// sooner or later, however often Datasets or the broker is restarted.
/// </summary>
internal sealed class BusInferenceSink(IBus bus) : IInferenceSink
{
    public async Task<SinkResult> StoreAsync(ReadOnlyMemory<byte> frames, CancellationToken cancellationToken)
    {
        try
        {
            await bus.SendRawAsync(InferenceQueue.Name, new RawMessage(frames, InferenceFrameCodec.MediaType), cancellationToken);
            return new SinkResult(SinkAnswer.Stored);
        }
        catch (MessageReturnedException)
        {
            return new SinkResult(SinkAnswer.Unavailable, $"there is no queue '{InferenceQueue.Name}' yet, which Datasets makes at its first start");
        }
    }
}
