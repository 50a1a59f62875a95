using LlmGateway.Datasets.Inferences;
using LlmGateway.OpenAI;

namespace LlmGateway.Datasets.StoredResponses;

/// <summary>A stored response as its events: those that its caller got where it was streamed, else those that it would have got.</summary>
internal static class ResponseEvents
{
    public static byte[] Read(Inference row, InferenceBody? bodies, byte[] answer, long? after) => NumberedEvents.After(
        row.Streamed ? BodyCodec.Unpack(bodies?.Response ?? []) : StreamReplayer.ToSse(row.Operation, answer, includeUsage: true), after);
}
