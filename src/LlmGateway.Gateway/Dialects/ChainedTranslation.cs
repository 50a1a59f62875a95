using System.Buffers;
using System.Text.Json;
using LlmGateway.OpenAI;

namespace LlmGateway.Gateway.Dialects;

/// <summary>Two translations one behind the other, by way of an API that both know.</summary>
/// <param name="near">The caller's side.</param>
/// <param name="far">The provider's side.</param>
internal sealed class ChainedTranslation(Translation near, Translation far) : Translation(near.From, far.To)
{
    public override void WriteRequest(JsonElement request, IBufferWriter<byte> target)
    {
        var between = new ArrayBufferWriter<byte>();
        near.WriteRequest(request, between);
        using var document = JsonDocument.Parse(between.WrittenMemory);
        far.WriteRequest(document.RootElement, target);
    }

    public override void WriteAnswer(JsonElement answer, IBufferWriter<byte> target)
    {
        var between = new ArrayBufferWriter<byte>();
        far.WriteAnswer(answer, between);
        using var document = JsonDocument.Parse(between.WrittenMemory);
        near.WriteAnswer(document.RootElement, target);
    }

    public override StreamTranslation OpenStream() => new ChainedStream(near.OpenStream(), far.OpenStream());

    private sealed class ChainedStream(StreamTranslation near, StreamTranslation far) : StreamTranslation
    {
        private readonly ArrayBufferWriter<byte> _between = new();

        public override void Take(string? name, ReadOnlySpan<byte> data, IBufferWriter<byte> target)
        {
            _between.ResetWrittenCount();
            far.Take(name, data, _between);
            Pass(target);
        }

        public override void End(IBufferWriter<byte> target)
        {
            _between.ResetWrittenCount();
            far.End(_between);
            Pass(target);
            near.End(target);
        }

        private void Pass(IBufferWriter<byte> target)
        {
            for (var rest = _between.WrittenMemory; SseFrame.Length(rest.Span, final: true) is > 0 and var length; rest = rest[length..])
            {
                near.Take(SseFrame.Event(rest.Span[..length]), SseFrame.Data(rest.Span[..length]), target);
            }
        }
    }
}
