using System.Buffers;
using System.Text.Json.Nodes;
using LlmGateway.Gateway.Requests;
using LlmGateway.OpenAI;

namespace LlmGateway.Gateway.Guardrails.Answers;

/// <summary>Checks a stream's events one by one, in the form of its API.</summary>
internal abstract class AnswerStreamGuard(TextGuard guard, GuardrailOptions options) : IDisposable
{
    private readonly ArrayBufferWriter<byte> _sent = new();
    private readonly PooledBody _logged = new();

    /// <summary>What may be sent now; emptied by <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Sent => _sent.WrittenMemory;

    /// <summary>All that was sent so far, with placeholders: what the log keeps.</summary>
    public PooledBody Logged => _logged;

    /// <summary>The guardrail that stopped the stream; its last event is written then.</summary>
    public CompiledGuardrail? BlockedBy { get; private set; }

    public static AnswerStreamGuard For(Operation operation, TextGuard guard, GuardrailOptions options) =>
        operation == Operation.Responses ? new ResponseStreamGuard(guard, options)
        : operation == Operation.Messages ? new MessageStreamGuard(guard, options)
        : new ChunkStreamGuard(operation, guard, options);

    public void Clear() => _sent.Clear();

    public void Dispose() => _logged.Dispose();

    /// <summary>Takes the next event.</summary>
    /// <param name="frame">Its bytes, for what is passed on as it is.</param>
    /// <param name="data">Its JSON; null for what has none, such as comments and the end mark.</param>
    /// <param name="cancellationToken">Stops the questions to others.</param>
    public async ValueTask TakeAsync(ReadOnlyMemory<byte> frame, JsonObject? data, CancellationToken cancellationToken)
    {
        if (data is null || data["error"] is not null)
        {
            if (data is not null || SseFrame.IsDone(SseFrame.Data(frame.Span)))
            {
                await EndAsync(cancellationToken);
            }

            Write(frame.Span, frame.Span);
        }
        else
        {
            await CheckAsync(data, cancellationToken);
        }
    }

    protected abstract ValueTask CheckAsync(JsonObject data, CancellationToken cancellationToken);

    /// <summary>Sends what is still held back, because nothing more comes.</summary>
    protected abstract ValueTask EndAsync(CancellationToken cancellationToken);

    /// <summary>The events that tell of the stop.</summary>
    protected abstract void WriteStop(CompiledGuardrail guardrail);

    protected TextWindow OpenWindow(bool isContent) => new(guard, options, isContent);

    protected TextGuard Guard => guard;

    /// <returns>Whether the stream goes on.</returns>
    protected bool GoesOn(GuardedText text)
    {
        if (text.BlockedBy is { } guardrail && BlockedBy is null)
        {
            BlockedBy = guardrail;
            WriteStop(guardrail);
        }

        return BlockedBy is null;
    }

    /// <summary>Sends an event whose texts were checked; its placeholders become data on the way to the caller alone.</summary>
    protected void Emit(JsonObject data, string? name = null)
    {
        var logged = Frame(data, name);
        if (guard.Placeholders.AreNone)
        {
            Write(logged, logged);
            return;
        }

        AnswerField.Restore(data, guard.Placeholders);
        Write(Frame(data, name), logged);
    }

    protected void Write(ReadOnlySpan<byte> sent, ReadOnlySpan<byte> logged)
    {
        _sent.Write(sent);
        _logged.Append(logged, InferenceCall.CaptureLimit);
    }

    private static ReadOnlySpan<byte> Frame(JsonObject data, string? name)
    {
        var frame = new ArrayBufferWriter<byte>();
        SseWriter.Write(frame, AnswerField.Write(data), name);
        return frame.WrittenSpan;
    }
}
