using System.Buffers;
using System.Text.Json;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Dialects.Responses;

/// <summary>
/// A response as a chat completion's pieces make it, told event by event where it is streamed. What the model says closes before
/// something else begins; its calls stay open to the end, because pieces of several may come mixed.
/// </summary>
/// <param name="echo">What it repeats of the request.</param>
/// <param name="events">Tells what happens; null for a plain answer.</param>
internal sealed class GrowingResponse(ResponseEcho echo, ResponseEventWriter? events)
{
    /// <summary>Most characters of all items: an answer that has no end is none.</summary>
    private const int MaxLength = 32 << 20;

    private readonly List<OutputItem> _items = [];
    private readonly Dictionary<long, OutputItem> _calls = [];
    private OutputItem? _open;
    private string? _model;
    private string _status = "in_progress";
    private string? _finish;
    private JsonElement? _usage;
    private JsonElement? _tier;
    private ApiError? _error;
    private bool _begun;
    private int _length;

    /// <summary>Whether its last event was told.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Begins with the first thing that comes, which names the model.</summary>
    public void Begin(JsonElement answer, IBufferWriter<byte> target)
    {
        if (_begun)
        {
            return;
        }

        _begun = true;
        _model = answer.Text("model");
        _tier = answer.Member("service_tier")?.Clone();
        foreach (var type in (ReadOnlySpan<string>)["response.created", "response.in_progress"])
        {
            SendWhole(type, target);
        }
    }

    /// <summary>Adds a piece, or a whole message.</summary>
    public void Add(JsonElement choice, JsonElement piece, IBufferWriter<byte> target)
    {
        if ((piece.Text("reasoning_content") ?? piece.Text("reasoning")) is { Length: > 0 } thought)
        {
            AddText(Open(OutputItem.Reasoning, OutputPart.ReasoningText, target), thought, null, target);
        }

        foreach (var block in piece.Objects("thinking_blocks"))
        {
            AddThought(block, target);
        }

        if (TextOf(piece) is { Length: > 0 } text)
        {
            var logprobs = choice.Object("logprobs")?.Member("content") is { ValueKind: JsonValueKind.Array } tokens ? tokens : (JsonElement?)null;
            AddText(Open(OutputItem.Message, OutputPart.OutputText, target), text, logprobs, target);
        }

        if (piece.Text("refusal") is { Length: > 0 } refusal)
        {
            AddText(Open(OutputItem.Message, OutputPart.Refusal, target), refusal, null, target);
        }

        foreach (var citation in piece.Objects("annotations"))
        {
            if (citation.Object("url_citation") is { } cited && _open?.Parts is [.., { Kind: OutputPart.OutputText } part])
            {
                part.AddAnnotation(cited);
            }
        }

        foreach (var call in piece.Objects("tool_calls"))
        {
            AddCall(call, target);
        }

        _finish = choice.Text("finish_reason") ?? _finish;
    }

    public void AddUsage(JsonElement? usage) => _usage = usage?.Clone() ?? _usage;

    public void Finish(IBufferWriter<byte> target)
    {
        Begin(default, target);
        if (_items.Count == 0)
        {
            Open(OutputItem.Message, OutputPart.OutputText, target);
        }

        _status = _finish is "length" or "content_filter" ? "incomplete" : "completed";
        CloseAll(_status, target);
        End($"response.{_status}", target);
    }

    public void Fail(ApiError error, IBufferWriter<byte> target)
    {
        (_error, _status) = (error, "failed");
        CloseAll("incomplete", target);
        End("response.failed", target);
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("id", echo.Id);
        json.WriteString("object", "response");
        json.WriteNumber("created_at", echo.Created);
        json.WriteString("status", _status);
        WriteError(json);
        WriteIncomplete(json);
        json.WriteString("model", _model ?? echo.Model);
        json.WriteStartArray("output");
        if (_status != "in_progress")
        {
            _items.ForEach(item => item.Write(json));
        }

        json.WriteEndArray();
        echo.Write(json);
        json.WriteCopy("service_tier", _tier);
        ResponseUsage.Write(json, _usage);
        json.WriteEndObject();
    }

    private static string? TextOf(JsonElement piece) => piece.Member("content") switch
    {
        { ValueKind: JsonValueKind.Array } => string.Concat(piece.Objects("content").Select(part => part.Text("text"))),
        _ => piece.Text("content"),
    };

    private void AddText(OutputPart part, string text, JsonElement? logprobs, IBufferWriter<byte> target)
    {
        Count(text);
        part.Text.Append(text);
        if (logprobs is { } tokens)
        {
            part.AddLogprobs(tokens);
        }

        if (events is null)
        {
            return;
        }

        var json = events.Begin($"{part.EventName}.delta");
        WritePlace(json, _open!, part);
        json.WriteString("delta", text);
        if (part.Kind == OutputPart.OutputText)
        {
            OutputPart.WriteLogprobs(json, logprobs?.EnumerateArray() ?? [], withBytes: false);
        }

        events.End(json, target);
    }

    private void AddThought(JsonElement block, IBufferWriter<byte> target)
    {
        Count(block.Text("data") ?? block.Text("signature") ?? "");
        Open(OutputItem.Reasoning, target).Thoughts.Add(block.Clone());
    }

    /// <summary>The item that takes what comes; another one that is open closes.</summary>
    private OutputItem Open(string kind, IBufferWriter<byte> target)
    {
        if (_open?.Kind != kind)
        {
            Close("completed", target);
            _open = Add(new OutputItem(kind, echo.ItemId(kind == OutputItem.Message ? "msg" : "rs", _items.Count), _items.Count), target);
        }

        return _open;
    }

    /// <summary>The part that takes a text.</summary>
    private OutputPart Open(string kind, string part, IBufferWriter<byte> target)
    {
        var item = Open(kind, target);
        if (item.Parts is [.., var last])
        {
            if (last.Kind == part)
            {
                return last;
            }

            ClosePart(last, target);
        }

        var begun = new OutputPart(part, item.Parts.Count);
        item.Parts.Add(begun);
        SendPart("response.content_part.added", begun, target);
        return begun;
    }

    private void AddCall(JsonElement piece, IBufferWriter<byte> target)
    {
        var function = piece.Object("function") ?? default;
        var place = piece.Count("index") ?? (piece.Text("id") is null && _calls.Count > 0 ? _calls.Count - 1 : _calls.Count);
        if (!_calls.TryGetValue(place, out var call))
        {
            Close("completed", target);
            call = Add(
                new OutputItem(OutputItem.FunctionCall, echo.ItemId("fc", _items.Count), _items.Count)
                {
                    CallId = piece.Text("id") is { Length: > 0 } id ? id : echo.ItemId("call", _items.Count),
                    Name = function.Text("name") ?? "",
                },
                target);
            _calls[place] = call;
        }

        if (function.Text("arguments") is not { Length: > 0 } arguments)
        {
            return;
        }

        Count(arguments);
        call.Arguments.Append(arguments);
        if (events is not null)
        {
            var json = events.Begin("response.function_call_arguments.delta");
            WritePlace(json, call, null);
            json.WriteString("delta", arguments);
            events.End(json, target);
        }
    }

    private OutputItem Add(OutputItem item, IBufferWriter<byte> target)
    {
        _items.Add(item);
        SendItem("response.output_item.added", item, target);
        return item;
    }

    private void CloseAll(string status, IBufferWriter<byte> target)
    {
        Close(status, target);
        foreach (var call in _calls.Values)
        {
            call.Status = status;
            if (events is not null)
            {
                var json = events.Begin("response.function_call_arguments.done");
                WritePlace(json, call, null);
                json.WriteString("name", call.Name);
                json.WriteString("arguments", call.Arguments.ToString());
                events.End(json, target);
            }

            SendItem("response.output_item.done", call, target);
        }

        _calls.Clear();
    }

    private void Close(string status, IBufferWriter<byte> target)
    {
        if (_open is not { } item)
        {
            return;
        }

        if (item.Parts is [.., var last])
        {
            ClosePart(last, target);
        }

        item.Status = status;
        SendItem("response.output_item.done", item, target);
        _open = null;
    }

    private void ClosePart(OutputPart part, IBufferWriter<byte> target)
    {
        if (events is null)
        {
            return;
        }

        var json = events.Begin($"{part.EventName}.done");
        WritePlace(json, _open!, part);
        json.WriteString(part.TextMember, part.Text.ToString());
        if (part.Kind == OutputPart.OutputText)
        {
            part.WriteLogprobs(json);
        }

        events.End(json, target);
        SendPart("response.content_part.done", part, target);
    }

    private void SendPart(string type, OutputPart part, IBufferWriter<byte> target)
    {
        if (events is null)
        {
            return;
        }

        var json = events.Begin(type);
        WritePlace(json, _open!, part);
        json.WritePropertyName("part");
        part.Write(json);
        events.End(json, target);
    }

    private void SendItem(string type, OutputItem item, IBufferWriter<byte> target)
    {
        if (events is null)
        {
            return;
        }

        var json = events.Begin(type);
        json.WriteNumber("output_index", item.Index);
        json.WritePropertyName("item");
        item.Write(json);
        events.End(json, target);
    }

    private void End(string type, IBufferWriter<byte> target)
    {
        SendWhole(type, target);
        IsOver = true;
    }

    private void SendWhole(string type, IBufferWriter<byte> target)
    {
        if (events is null)
        {
            return;
        }

        var json = events.Begin(type);
        json.WritePropertyName("response");
        Write(json);
        events.End(json, target);
    }

    private static void WritePlace(Utf8JsonWriter json, OutputItem item, OutputPart? part)
    {
        json.WriteString("item_id", item.Id);
        json.WriteNumber("output_index", item.Index);
        if (part is not null)
        {
            json.WriteNumber("content_index", part.Index);
        }
    }

    private void WriteError(Utf8JsonWriter json)
    {
        if (_error is null)
        {
            json.WriteNull("error");
            return;
        }

        json.WriteStartObject("error");
        json.WriteString("code", _error.Status == 429 ? "rate_limit_exceeded" : "server_error");
        json.WriteString("message", _error.Message);
        json.WriteEndObject();
    }

    private void WriteIncomplete(Utf8JsonWriter json)
    {
        if (_status != "incomplete")
        {
            json.WriteNull("incomplete_details");
            return;
        }

        json.WriteStartObject("incomplete_details");
        json.WriteString("reason", _finish == "length" ? "max_output_tokens" : "content_filter");
        json.WriteEndObject();
    }

    private void Count(string text)
    {
        _length += text.Length;
        if (_length > MaxLength)
        {
            throw new JsonException("The answer is too long.");
        }
    }
}
