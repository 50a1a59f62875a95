using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Gateway.Requests;

namespace LlmGateway.Gateway.Guardrails.Answers;

/// <summary>The events of Anthropic's messages: each block that comes in pieces has a window of its own, and what ends it comes after its text.</summary>
internal sealed class MessageStreamGuard(TextGuard guard, GuardrailOptions options) : AnswerStreamGuard(guard, options)
{
    private readonly SortedDictionary<int, BlockText> _open = [];

    protected override async ValueTask CheckAsync(JsonObject data, CancellationToken cancellationToken)
    {
        var index = (int?)data["index"] ?? 0;
        switch ((string?)data["type"])
        {
            case "content_block_start" when data["content_block"] is JsonObject block:
                _open[index] = new BlockText(OpenWindow((string?)block["type"] == "text"));
                await PassAsync(data, block, cancellationToken);
                break;
            case "content_block_delta" when data["delta"] is JsonObject delta && _open.TryGetValue(index, out var text):
                await CheckPieceAsync(text, data, delta, cancellationToken);
                break;
            case "content_block_stop" when _open.TryGetValue(index, out var text):
                if (await FlushAsync(text, cancellationToken))
                {
                    _open.Remove(index);
                    Send(data);
                }

                break;
            case "message_delta" or "message_stop":
                await EndAsync(cancellationToken);
                if (BlockedBy is null)
                {
                    Send(data);
                }

                break;
            default:
                await PassAsync(data, data["message"] as JsonObject ?? data, cancellationToken);
                break;
        }
    }

    protected override async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        foreach (var text in _open.Values)
        {
            if (!await FlushAsync(text, cancellationToken))
            {
                return;
            }
        }
    }

    protected override void WriteStop(CompiledGuardrail guardrail)
    {
        foreach (var index in _open.Keys)
        {
            Send(new JsonObject { ["type"] = "content_block_stop", ["index"] = index });
        }

        var end = new JsonObject { ["stop_sequence"] = null };
        PlainAnswerGuard.MarkBlockedMessage(end, guardrail);
        Send(new JsonObject { ["type"] = "message_delta", ["delta"] = end, ["usage"] = new JsonObject { ["output_tokens"] = 0 } });
        Send(new JsonObject { ["type"] = "message_stop" });
    }

    private async ValueTask CheckPieceAsync(BlockText text, JsonObject data, JsonObject delta, CancellationToken cancellationToken)
    {
        var member = (string?)delta["type"] switch
        {
            "text_delta" => "text",
            "thinking_delta" => "thinking",
            "input_json_delta" => "partial_json",
            _ => null,
        };
        if (member is not null && delta[member] is JsonValue piece && piece.GetValueKind() == JsonValueKind.String)
        {
            text.Form = (data, member);
            Release(text, await text.Window.PushAsync((string)piece!, final: false, cancellationToken));
        }
        else if (await FlushAsync(text, cancellationToken))
        {
            // A signature, a citation: they stand behind the text that they are for.
            await PassAsync(data, delta, cancellationToken);
        }
    }

    private async ValueTask<bool> FlushAsync(BlockText text, CancellationToken cancellationToken) =>
        text.Form is null || Release(text, await text.Window.PushAsync("", final: true, cancellationToken));

    private bool Release(BlockText text, GuardedText released)
    {
        if (!GoesOn(released))
        {
            return false;
        }

        if (released.Text.Length > 0)
        {
            var (form, member) = text.Form!.Value;
            var piece = (JsonObject)form.DeepClone();
            piece["delta"]![member] = released.Text;
            Send(piece);
        }

        return true;
    }

    /// <summary>Sends an event whose texts are whole.</summary>
    private async ValueTask PassAsync(JsonObject data, JsonObject holder, CancellationToken cancellationToken)
    {
        if (await new PlainAnswerGuard(Operation.Messages, Guard).CheckBlockAsync(holder, cancellationToken) is { } guardrail)
        {
            GoesOn(new GuardedText("", guardrail));
            return;
        }

        Send(data);
    }

    private void Send(JsonObject data) => Emit(data, (string?)data["type"]);

    /// <summary>The text of a block, while it comes.</summary>
    private sealed class BlockText(TextWindow window)
    {
        public TextWindow Window { get; } = window;

        /// <summary>An event that a piece of it came in, and its member; null where none came yet.</summary>
        public (JsonObject Event, string Member)? Form { get; set; }
    }
}
