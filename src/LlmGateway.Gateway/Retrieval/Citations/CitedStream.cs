using System.Buffers;
using System.Text.Json.Nodes;
using LlmGateway.Gateway.Requests;
using LlmGateway.OpenAI;

namespace LlmGateway.Gateway.Retrieval.Citations;

/// <summary>Puts citations into a stream, event by event.</summary>
internal abstract class CitedStream(CitedSearch search)
{
    private readonly ArrayBufferWriter<byte> _sent = new();

    protected CitedSearch Search { get; } = search;

    /// <summary>What may be sent now; emptied by <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Sent => _sent.WrittenMemory;

    public static CitedStream For(Operation operation, CitedSearch search) =>
        operation == Operation.Responses ? new CitedResponseStream(search) : new CitedChunkStream(search);

    public void Clear() => _sent.Clear();

    /// <summary>Passes on what has nothing to cite: comments, errors, the end mark.</summary>
    public void Pass(ReadOnlySpan<byte> frame) => _sent.Write(frame);

    public abstract void Take(JsonObject data);

    protected void Emit(JsonObject data, string? name = null) => SseWriter.Write(_sent, CitedSearch.Write(data), name);
}
