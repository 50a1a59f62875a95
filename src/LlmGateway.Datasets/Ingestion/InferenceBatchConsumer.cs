using LlmGateway.Contracts.Datasets;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Messaging;
using LlmGateway.Messaging.Raw;
using MassTransit;

namespace LlmGateway.Datasets.Ingestion;

/// <summary>
/// Stores the log's batches as they come off the queue. While the store is away a batch is tried without end, and
/// prefetch bounds how many wait here. A batch that the store refuses goes back in halves, until the record at fault is
/// alone and goes to the error queue with the reason: one record never takes others along.
/// </summary>
internal sealed class InferenceBatchConsumer(BatchIntake intake, TimeProvider clock) : IConsumer<RawMessage>
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    public async Task Consume(ConsumeContext<RawMessage> context)
    {
        if (context.Message.ContentType != InferenceFrameCodec.MediaType)
        {
            throw new UnusableMessageException($"Expected '{InferenceFrameCodec.MediaType}' and got '{context.Message.ContentType}'.");
        }

        if (context.Message.Body.Length > InferenceQueue.MaxBatchBytes)
        {
            throw new UnusableMessageException($"A batch has at most {InferenceQueue.MaxBatchBytes} bytes; this one has {context.Message.Body.Length}.");
        }

        var batch = context.Message.Body;
        var result = await StoreAsync(batch, context.CancellationToken);
        if (result.Answer == SinkAnswer.Stored)
        {
            return;
        }

        var half = BatchSplit.Middle(batch.Span);
        if (half == 0)
        {
            throw new UnusableMessageException(result.Reason);
        }

        await SendBackAsync(context, batch[..half]);
        await SendBackAsync(context, batch[half..]);
    }

    private async Task<SinkResult> StoreAsync(ReadOnlyMemory<byte> batch, CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        while (true)
        {
            var result = await intake.StoreAsync(batch, cancellationToken);
            if (result.Answer != SinkAnswer.Unavailable)
            {
                return result;
            }

            await Task.Delay(pause, clock, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private static Task SendBackAsync(ConsumeContext<RawMessage> context, ReadOnlyMemory<byte> batch) =>
        context.SendRawAsync(InferenceQueue.Name, new RawMessage(batch, InferenceFrameCodec.MediaType), context.CancellationToken);
}

/// <summary>The queue, which every worker shares: each batch goes to one of them.</summary>
internal sealed class InferenceBatchConsumerDefinition : RawConsumerDefinition<InferenceBatchConsumer>
{
    /// <summary>Two inserts keep a database busy while a third batch is parsed; the rest stays with the broker for other workers.</summary>
    private const int BatchesAtOnce = 3;

    public InferenceBatchConsumerDefinition()
    {
        EndpointName = InferenceQueue.Name;
        ConcurrentMessageLimit = BatchesAtOnce;
    }
}
