using System.Buffers;
using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Datasets.Inferences;

/// <summary>A batch whose bodies are packed for their columns, before anybody waits for a store that has one writer.</summary>
internal sealed class PackedBatch : IDisposable
{
    private readonly byte[] _bytes;
    private readonly (int Start, int Request, int Response)[] _bodies;

    public PackedBatch(IReadOnlyList<InferenceFrame> frames)
    {
        Frames = frames;
        _bytes = ArrayPool<byte>.Shared.Rent(
            frames.Sum(frame => BodyPacker.MaxLength(frame.Request.Length) + BodyPacker.MaxLength(frame.Response.Length)));
        _bodies = new (int, int, int)[frames.Count];
        var start = 0;
        for (var index = 0; index < frames.Count; index++)
        {
            var (request, response) = Pack(frames[index], _bytes.AsSpan(start));
            _bodies[index] = (start, request, response);
            start += request + response;
        }
    }

    public IReadOnlyList<InferenceFrame> Frames { get; }

    /// <summary>Whether a call has bodies to store.</summary>
    public bool KeepsBodies(int index) => _bodies[index] is not { Request: 0, Response: 0 };

    /// <summary>Empty for an empty body.</summary>
    public ReadOnlySpan<byte> Request(int index) => _bytes.AsSpan(_bodies[index].Start, _bodies[index].Request);

    /// <inheritdoc cref="Request"/>
    public ReadOnlySpan<byte> Response(int index) => _bytes.AsSpan(_bodies[index].Start + _bodies[index].Request, _bodies[index].Response);

    public void Dispose() => ArrayPool<byte>.Shared.Return(_bytes);

    private static (int Request, int Response) Pack(in InferenceFrame frame, Span<byte> output)
    {
        if (!frame.Record.BodiesKept)
        {
            return (0, 0);
        }

        var request = BodyPacker.Pack(frame.Request.Span, output);
        return (request, BodyPacker.Pack(frame.Response.Span, output[request..]));
    }
}
