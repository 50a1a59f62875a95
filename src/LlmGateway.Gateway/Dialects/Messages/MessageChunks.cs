using System.Buffers;
using System.Text;
using System.Text.Json;
using LlmGateway.OpenAI;

namespace LlmGateway.Gateway.Dialects.Messages;

/// <summary>The events of an answer of Anthropic's as the chunks of a chat completion.</summary>
internal sealed class MessageChunks(TranslationContext context, bool answersByTool) : StreamTranslation
{
    private readonly Dictionary<long, Block> _blocks = [];
    private readonly ArrayBufferWriter<byte> _data = new();
    private string? _id;
    private string _model = context.Deployment.Model;
    private MessageUsage? _usage;
    private int _calls;

    public override void Take(string? name, ReadOnlySpan<byte> data, IBufferWriter<byte> target)
    {
        var said = JsonElement.Parse(data);
        switch (said.Kind ?? name)
        {
            case "message_start":
                Begin(said.Object("message") ?? default, target);
                break;
            case "content_block_start":
                BeginBlock(said.Count("index") ?? 0, said.Object("content_block") ?? default, target);
                break;
            case "content_block_delta" when _blocks.TryGetValue(said.Count("index") ?? 0, out var block):
                Add(block, said.Object("delta") ?? default, target);
                break;
            case "content_block_stop" when _blocks.Remove(said.Count("index") ?? 0, out var block):
                EndBlock(block, target);
                break;
            case "message_delta":
                _usage = MessageUsage.ReadAnthropic(said.Object("usage"), _usage);
                WriteEnd(said.Object("delta")?.Text("stop_reason"), target);
                break;
            case "message_stop":
                WriteUsage(target);
                target.Write(SseWriter.Done);
                break;
            case "error":
                SseWriter.Write(target, ErrorTranslation.Read(ErrorTranslation.StatusOf(said), said).ToJson());
                target.Write(SseWriter.Done);
                break;
        }
    }

    private void Begin(JsonElement message, IBufferWriter<byte> target)
    {
        _id = message.Text("id");
        _model = message.Text("model") ?? _model;
        _usage = MessageUsage.ReadAnthropic(message.Object("usage"));
        WriteDelta(target, static (json, _) =>
        {
            json.WriteString("role", "assistant");
            json.WriteString("content", "");
        }, "");
    }

    private void BeginBlock(long index, JsonElement content, IBufferWriter<byte> target)
    {
        var isAnswer = content.Kind == "tool_use" && ChatAnswer.IsAnswer(content, answersByTool);
        var block = new Block(content.Kind ?? "", isAnswer, content.Kind == "tool_use" && !isAnswer ? _calls++ : -1);
        _blocks[index] = block;
        switch (content.Kind)
        {
            case "text" when content.Text("text") is { Length: > 0 } text:
                WriteText(target, "content", text);
                break;
            case "thinking":
                block.Signature = content.Text("signature");
                AddThought(block, content.Text("thinking"), target);
                break;
            case "redacted_thinking":
                block.Redacted = content.Text("data");
                break;
            case "tool_use" when !isAnswer:
                WriteCall(target, block.Call, content.Text("id"), content.Text("name"), "");
                break;
        }

        if (content.Kind == "tool_use" && content.Object("input") is { } whole && whole.GetPropertyCount() > 0)
        {
            AddArguments(block, whole.GetRawText(), target);
        }
    }

    private void Add(Block block, JsonElement delta, IBufferWriter<byte> target)
    {
        switch (delta.Kind)
        {
            case "text_delta" when delta.Text("text") is { } text:
                WriteText(target, "content", text);
                break;
            case "input_json_delta" when delta.Text("partial_json") is { Length: > 0 } json && block.Kind == "tool_use":
                AddArguments(block, json, target);
                break;
            case "thinking_delta":
                AddThought(block, delta.Text("thinking"), target);
                break;
            case "signature_delta":
                block.Signature += delta.Text("signature");
                break;
        }
    }

    private void AddArguments(Block block, string json, IBufferWriter<byte> target)
    {
        block.HasInput = true;
        if (block.IsAnswer)
        {
            WriteText(target, "content", json);
        }
        else
        {
            WriteCall(target, block.Call, null, null, json);
        }
    }

    private void AddThought(Block block, string? text, IBufferWriter<byte> target)
    {
        if (!string.IsNullOrEmpty(text))
        {
            block.Thoughts.Append(text);
            WriteText(target, "reasoning_content", text);
        }
    }

    /// <summary>A thought is repeated whole with its signature, as Anthropic wants it back; a call without arguments has an empty object.</summary>
    private void EndBlock(Block block, IBufferWriter<byte> target)
    {
        if (block.Kind is "thinking" or "redacted_thinking")
        {
            WriteDelta(target, static (json, block) => block.WriteThought(json), block);
        }
        else if (block.Kind == "tool_use" && !block.HasInput)
        {
            AddArguments(block, "{}", target);
        }
    }

    private void WriteText(IBufferWriter<byte> target, string name, string text) =>
        WriteDelta(target, static (json, said) => json.WriteString(said.name, said.text), (name, text));

    private void WriteCall(IBufferWriter<byte> target, int index, string? id, string? name, string arguments) =>
        WriteDelta(target, static (json, call) => ChunkWriter.WriteCall(json, call.index, call.id, call.name, call.arguments), (index, id, name, arguments));

    private void WriteDelta<T>(IBufferWriter<byte> target, Action<Utf8JsonWriter, T> write, T state) => Write(target, (write, state), static (json, delta) =>
        ChunkWriter.WriteChoice(json, delta.write, delta.state, null));

    private void WriteEnd(string? stopReason, IBufferWriter<byte> target)
    {
        var reason = answersByTool && _calls == 0 && stopReason == "tool_use" ? "stop" : StopReasons.ToFinishReason(stopReason);
        Write(target, reason, static (json, reason) => ChunkWriter.WriteChoice(json, static (_, _) => { }, 0, reason));
    }

    private void WriteUsage(IBufferWriter<byte> target)
    {
        if (_usage is { } usage)
        {
            Write(target, usage, static (json, usage) =>
            {
                json.WriteStartArray("choices");
                json.WriteEndArray();
                usage.WriteOpenAI(json);
            });
        }
    }

    private void Write<T>(IBufferWriter<byte> target, T state, Action<Utf8JsonWriter, T> write)
    {
        _data.ResetWrittenCount();
        ChunkWriter.Write(_data, _id, _model, context.Created, write, state);
        SseWriter.Write(target, _data.WrittenSpan);
    }

    /// <summary>A block of the answer that has begun.</summary>
    private sealed class Block(string kind, bool isAnswer, int call)
    {
        public string Kind { get; } = kind;

        /// <summary>Whether its input is the answer's text.</summary>
        public bool IsAnswer { get; } = isAnswer;

        /// <summary>Position among the message's calls.</summary>
        public int Call { get; } = call;

        public bool HasInput { get; set; }

        public string? Signature { get; set; }

        public string? Redacted { get; set; }

        public StringBuilder Thoughts { get; } = new();

        public void WriteThought(Utf8JsonWriter json)
        {
            json.WriteStartArray("thinking_blocks");
            json.WriteStartObject();
            json.WriteString("type", Kind);
            if (Kind == "thinking")
            {
                json.WriteString("thinking", Thoughts.ToString());
                json.WriteString("signature", Signature ?? "");
            }
            else
            {
                json.WriteString("data", Redacted ?? "");
            }

            json.WriteEndObject();
            json.WriteEndArray();
        }
    }
}
