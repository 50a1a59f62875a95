using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Datasets.Ingestion;

/// <summary>Cuts a batch between two of its frames.</summary>
internal static class BatchSplit
{
    /// <summary>The end of the frame that crosses or reaches the middle, in bytes; 0 for a single frame, and where the bytes are no frames.</summary>
    public static int Middle(ReadOnlySpan<byte> batch)
    {
        var end = 0;
        var last = 0;
        while (end < (batch.Length + 1) / 2)
        {
            if (InferenceFrameCodec.Probe(batch[end..], out var length) != FrameRead.Whole)
            {
                return 0;
            }

            last = end;
            end += length;
        }

        // The frame that crosses the middle may also be the last one: then the cut is before it.
        return end < batch.Length ? end : last;
    }
}
