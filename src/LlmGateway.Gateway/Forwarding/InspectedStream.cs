using System.Buffers;
using LlmGateway.OpenAI;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Forwarding;

/// <summary>
/// A provider's stream as the caller gets it: the same bytes event by event, each passed on as soon as it is whole.
/// Taken out is the usage event that only we asked for. The last event waits until the call is recorded, and a
/// stream that breaks off ends with an error event in place of the missing rest.
/// </summary>
internal sealed class InspectedStream(
    Stream upstream, InferenceCall call, bool usageForced, AnswerWriter writer, CancellationToken callCancelled) : Stream
{
    /// <summary>An event larger than this ends the stream with an error: nothing that is held may grow without bound.</summary>
    private const int MaxEvent = 16 << 20;
    private const int InitialBuffer = 16 << 10;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(InitialBuffer);
    private int _start;
    private int _end;
    private ReadOnlyMemory<byte> _ready;
    private bool _ended;
    private bool _terminated;
    private bool _failed;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_ready.IsEmpty)
        {
            if (_ended)
            {
                return 0;
            }

            await AdvanceAsync(cancellationToken);
        }

        var count = Math.Min(buffer.Length, _ready.Length);
        _ready[..count].CopyTo(buffer);
        _ready = _ready[count..];
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && _buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
            upstream.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Makes the next event ready, or ends.</summary>
    private async ValueTask AdvanceAsync(CancellationToken cancellationToken)
    {
        var length = SseFrame.Length(_buffer.AsSpan(_start, _end - _start));
        if (length > 0)
        {
            var frame = _buffer.AsMemory(_start, length);
            _start += length;
            await InspectAsync(frame);
            return;
        }

        var count = await ReadUpstreamAsync(cancellationToken);
        if (count > 0)
        {
            _end += count;
            return;
        }

        await EndAsync();
    }

    private async ValueTask InspectAsync(ReadOnlyMemory<byte> frame)
    {
        call.MarkFirstToken();
        call.Capture(frame.Span);
        var (terminal, drop) = Understand(frame.Span);
        if (drop)
        {
            return;
        }

        if (terminal)
        {
            _terminated = true;
            await writer.RecordStreamAsync(call, !_failed, call.Facts.ErrorCode);
        }

        _ready = frame;
    }

    /// <summary>Most events carry text only and are not parsed: what matters stands in few.</summary>
    private (bool Terminal, bool Drop) Understand(ReadOnlySpan<byte> frame)
    {
        var data = SseFrame.Data(frame);
        if (SseFrame.IsDone(data))
        {
            return (true, false);
        }

        if (call.Facts.Id is not null && frame.IndexOf("\"usage\""u8) < 0 && frame.IndexOf("\"finish_reason\":\""u8) < 0
            && frame.IndexOf("\"error\""u8) < 0 && frame.IndexOf("response."u8) < 0 && frame.IndexOf("\"finish_reason\": \""u8) < 0)
        {
            return default;
        }

        var facts = call.Facts;
        var hadUsage = facts.HasUsage;
        facts.HasEmptyChoices = false;
        facts.IsError = false;
        if (!AnswerReader.TryRead(data, ref facts))
        {
            return default;
        }

        call.Facts = facts;
        _failed |= facts.IsError;
        var isUsageEvent = usageForced && facts.HasEmptyChoices && (facts.HasUsage || hadUsage);
        return (IsTerminalResponseEvent(frame), isUsageEvent);
    }

    /// <summary>The responses API has no end mark: its last event says so by its type.</summary>
    private bool IsTerminalResponseEvent(ReadOnlySpan<byte> frame) =>
        call.Operation == Requests.Operation.Responses
        && SseFrame.Event(frame) is "response.completed" or "response.incomplete" or "response.failed";

    private async ValueTask<int> ReadUpstreamAsync(CancellationToken cancellationToken)
    {
        MakeRoom();
        if (_end == _buffer.Length)
        {
            return 0;
        }

        try
        {
            return await upstream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or OperationCanceledException
            && !callCancelled.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return 0;
        }
    }

    private void MakeRoom()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length && _buffer.Length < MaxEvent)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            _buffer.AsSpan(0, _end).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
    }

    /// <summary>The upstream has nothing more. What it left unfinished is dropped: half an event means nothing.</summary>
    private async ValueTask EndAsync()
    {
        _ended = true;
        if (_terminated)
        {
            return;
        }

        var error = new ApiError(502, "upstream_stream_interrupted", "The provider broke off in the middle of its answer. What was sent so far is incomplete.");
        await writer.RecordStreamAsync(call, endedWell: false, error.Code);
        var target = new ArrayBufferWriter<byte>();
        SseWriter.Write(target, error.ToJson(), call.Operation == Requests.Operation.Responses ? "error" : null);
        _ready = target.WrittenMemory;
    }
}
