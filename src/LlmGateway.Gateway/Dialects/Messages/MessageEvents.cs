using System.Buffers;
using System.Text;
using System.Text.Json;
using LlmGateway.OpenAI;

namespace LlmGateway.Gateway.Dialects.Messages;

/// <summary>
/// The chunks of a chat completion as the events of an answer of Anthropic's. Its blocks follow one another; calls whose pieces
/// come mixed stay open side by side, each under its own number.
/// </summary>
internal sealed class MessageEvents(string model) : StreamTranslation
{
    private readonly MessageEventWriter _events = new();
    private readonly SortedDictionary<long, ToolBlock> _calls = [];
    private string? _open;
    private int _openIndex;
    private int _blocks;
    private bool _begun;
    private bool _refused;
    private bool _ended;
    private bool _isSigned;
    private string? _finishReason;
    private MessageUsage? _usage;

    public override void Take(string? name, ReadOnlySpan<byte> data, IBufferWriter<byte> target)
    {
        if (SseFrame.IsDone(data))
        {
            End(target);
            return;
        }

        var chunk = JsonElement.Parse(data);
        if (chunk.Member("error") is not null)
        {
            SseWriter.Write(target, ErrorTranslation.Read(ErrorTranslation.StatusOf(chunk), chunk).ToAnthropicJson(null), "error");
            _ended = true;
            return;
        }

        Begin(chunk, target);
        _usage = MessageUsage.ReadOpenAI(chunk.Object("usage")) ?? _usage;
        var choice = chunk.Objects("choices").FirstOrDefault(choice => choice.Count("index") is null or 0);
        if (choice.Object("delta") is { } delta)
        {
            Add(delta, target);
        }

        if (choice.Text("finish_reason") is { } reason)
        {
            _finishReason = reason;
            CloseAll(target);
        }
    }

    /// <summary>Some servers send no end mark behind a whole answer.</summary>
    public override void End(IBufferWriter<byte> target)
    {
        if (_ended || !_begun || _finishReason is null)
        {
            return;
        }

        _ended = true;
        CloseAll(target);
        var reason = _refused ? "refusal" : StopReasons.FromFinishReason(_finishReason, _calls.Count > 0);
        _events.WriteEnd(target, reason, _usage ?? default);
    }

    private void Begin(JsonElement chunk, IBufferWriter<byte> target)
    {
        if (!_begun)
        {
            _begun = true;
            _events.WriteStart(target, chunk.Text("id"), chunk.Text("model") is { Length: > 0 } said ? said : model);
        }
    }

    private void Add(JsonElement delta, IBufferWriter<byte> target)
    {
        if ((delta.Text("reasoning_content") ?? delta.Text("reasoning")) is { Length: > 0 } thought)
        {
            _events.WriteDelta(target, Open("thinking", target), "thinking_delta", "thinking", thought);
        }

        foreach (var block in delta.Objects("thinking_blocks"))
        {
            AddSigned(block, target);
        }

        if (delta.Text("content") is { Length: > 0 } text)
        {
            _events.WriteDelta(target, Open("text", target), "text_delta", "text", text);
        }

        if (delta.Text("refusal") is { Length: > 0 } refusal)
        {
            _refused = true;
            _events.WriteDelta(target, Open("text", target), "text_delta", "text", refusal);
        }

        foreach (var call in delta.Objects("tool_calls"))
        {
            AddCall(call, target);
        }
    }

    /// <summary>A thought that was signed: its text went before, or it had none to be shown.</summary>
    private void AddSigned(JsonElement block, IBufferWriter<byte> target)
    {
        if (block.Kind == "redacted_thinking")
        {
            Close(target);
            _events.WriteBlock(target, _blocks, block);
            _events.WriteStop(target, _blocks++);
        }
        else if (block.Text("signature") is { Length: > 0 } signature)
        {
            _events.WriteDelta(target, Open("thinking", target), "signature_delta", "signature", signature);
            _isSigned = true;
            Close(target);
        }
    }

    private void AddCall(JsonElement piece, IBufferWriter<byte> target)
    {
        var id = piece.Text("id");
        var function = piece.Object("function");
        var index = piece.Count("index") ?? (id is { Length: > 0 } || _calls.Count == 0 ? _calls.Count : _calls.Keys.Last());
        if (!_calls.TryGetValue(index, out var call))
        {
            Close(target);
            CloseWhole(target);
            _calls[index] = call = new ToolBlock();
        }

        call.Id ??= id is { Length: > 0 } ? id : null;
        call.Name ??= function?.Text("name") is { Length: > 0 } name ? name : null;
        var arguments = function?.Member("arguments") is { ValueKind: JsonValueKind.Object } whole ? whole.GetRawText() : function?.Text("arguments") ?? "";
        call.Arguments.Append(arguments);
        if (call.Name is null || call.IsClosed)
        {
            // Without a name it cannot begin; what came waits for it.
            return;
        }

        if (call.Block is null)
        {
            call.Block = _blocks++;
            _events.WriteToolUse(target, call.Block.Value, call.Id ?? $"call_{index}", call.Name);
            arguments = call.Arguments.ToString();
        }

        if (arguments.Length > 0)
        {
            _events.WriteDelta(target, call.Block.Value, "input_json_delta", "partial_json", arguments);
        }
    }

    /// <summary>The block of a kind that is open, begun now if it was not.</summary>
    private int Open(string kind, IBufferWriter<byte> target)
    {
        if (_open == kind)
        {
            return _openIndex;
        }

        Close(target);
        CloseWhole(target);
        (_open, _openIndex, _isSigned) = (kind, _blocks++, false);
        _events.WriteBegin(target, _openIndex, kind);
        return _openIndex;
    }

    private void Close(IBufferWriter<byte> target)
    {
        if (_open == "thinking" && !_isSigned)
        {
            _events.WriteDelta(target, _openIndex, "signature_delta", "signature", ReasoningMark.Signature);
        }

        if (_open is not null)
        {
            _events.WriteStop(target, _openIndex);
            _open = null;
        }
    }

    /// <summary>Ends the calls that nothing can follow in; others may still get pieces.</summary>
    private void CloseWhole(IBufferWriter<byte> target)
    {
        foreach (var call in _calls.Values)
        {
            if (call is { Block: { } block, IsClosed: false } && ToolArguments.IsWhole(call.Arguments.ToString()))
            {
                call.IsClosed = true;
                _events.WriteStop(target, block);
            }
        }
    }

    private void CloseAll(IBufferWriter<byte> target)
    {
        Close(target);
        foreach (var call in _calls.Values)
        {
            if (call is { Block: { } block, IsClosed: false })
            {
                call.IsClosed = true;
                _events.WriteStop(target, block);
            }
        }
    }

    /// <summary>A call of a tool that has begun.</summary>
    private sealed class ToolBlock
    {
        public string? Id { get; set; }

        public string? Name { get; set; }

        /// <summary>Its block's number; null until its name is known.</summary>
        public int? Block { get; set; }

        public bool IsClosed { get; set; }

        public StringBuilder Arguments { get; } = new();
    }
}
