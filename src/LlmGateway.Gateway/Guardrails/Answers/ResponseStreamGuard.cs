using System.Text;
using System.Text.Json.Nodes;

namespace LlmGateway.Gateway.Guardrails.Answers;

/// <summary>
/// The events of the responses API. Pieces go through windows, one a text; events that repeat a whole text get what its pieces
/// became, or are checked themselves where no pieces came.
/// </summary>
internal sealed class ResponseStreamGuard(TextGuard guard, GuardrailOptions options) : AnswerStreamGuard(guard, options)
{
    private readonly Dictionary<string, ResponseText> _open = new(StringComparer.Ordinal);

    /// <summary>Texts that were checked, by what the model wrote.</summary>
    private readonly Dictionary<string, string> _checked = new(StringComparer.Ordinal);
    private JsonObject _response = [];
    private int _sequence;

    protected override async ValueTask CheckAsync(JsonObject data, CancellationToken cancellationToken)
    {
        var type = (string?)data["type"] ?? "";
        if (type.EndsWith(".delta", StringComparison.Ordinal) && data["delta"] is JsonValue delta && delta.GetValueKind() == System.Text.Json.JsonValueKind.String)
        {
            await CheckPieceAsync(type, (string)delta!, data, cancellationToken);
            return;
        }

        if (EndsTexts(type) && !await CloseAsync(data["output_index"]?.ToJsonString(), cancellationToken))
        {
            return;
        }

        if (await CheckWholesAsync(data, cancellationToken))
        {
            Number(data);
        }
    }

    protected override async ValueTask EndAsync(CancellationToken cancellationToken) => await CloseAsync(null, cancellationToken);

    protected override void WriteStop(CompiledGuardrail guardrail)
    {
        var response = (JsonObject)_response.DeepClone();
        PlainAnswerGuard.MarkBlockedResponse(response, guardrail);
        Number(new JsonObject { ["type"] = "response.incomplete", ["response"] = response });
    }

    private async ValueTask CheckPieceAsync(string type, string piece, JsonObject data, CancellationToken cancellationToken)
    {
        var key = $"{type} {data["output_index"]} {data["content_index"]} {data["summary_index"]}";
        if (!_open.TryGetValue(key, out var text))
        {
            _open[key] = text = new ResponseText(OpenWindow(type == "response.output_text.delta"), data["output_index"]?.ToJsonString(), (JsonObject)data.DeepClone());
        }

        text.Written.Append(piece);
        Release(text, await text.Window.PushAsync(piece, final: false, cancellationToken));
    }

    /// <summary>Ends the texts of one item; of all when none is named.</summary>
    private async ValueTask<bool> CloseAsync(string? item, CancellationToken cancellationToken)
    {
        foreach (var (key, text) in _open.Where(open => item is null || open.Value.Item == item).ToList())
        {
            _open.Remove(key);
            if (!Release(text, await text.Window.PushAsync("", final: true, cancellationToken)))
            {
                return false;
            }

            _checked[text.Written.ToString()] = text.Became.ToString();
        }

        return true;
    }

    private bool Release(ResponseText text, GuardedText released)
    {
        if (!GoesOn(released))
        {
            return false;
        }

        text.Became.Append(released.Text);
        if (released.Text.Length > 0)
        {
            var piece = (JsonObject)text.Form.DeepClone();
            piece["delta"] = released.Text;
            // Log probabilities and padding tell of text that is held back.
            piece.Remove("obfuscation");
            if (piece.ContainsKey("logprobs"))
            {
                piece["logprobs"] = new JsonArray();
            }

            Number(piece);
        }

        return true;
    }

    private async ValueTask<bool> CheckWholesAsync(JsonObject data, CancellationToken cancellationToken)
    {
        var response = data["response"] as JsonObject;
        foreach (var found in (response is null ? AnswerField.In(data) : AnswerField.In(response["output"])).ToList())
        {
            var text = found;
            if (!_checked.TryGetValue(text.Text, out var became))
            {
                var whole = await Guard.CheckAsync(text.Text, text.IsContent, cancellationToken);
                if (!GoesOn(whole))
                {
                    return false;
                }

                _checked[text.Text] = became = whole.Text;
            }

            text.Text = became;
            if (text.Owner.ContainsKey("logprobs"))
            {
                text.Owner["logprobs"] = new JsonArray();
            }
        }

        if (response is not null && data["type"]?.ToString() == "response.created")
        {
            _response = (JsonObject)response.DeepClone();
        }

        return true;
    }

    /// <summary>Events were left out and made: the caller sees them numbered without gaps.</summary>
    private void Number(JsonObject data)
    {
        data["sequence_number"] = _sequence++;
        Emit(data, (string?)data["type"]);
    }

    private static bool EndsTexts(string type) =>
        type.EndsWith(".done", StringComparison.Ordinal) || type is "error" or "response.completed" or "response.incomplete" or "response.failed";

    /// <summary>A text that comes in pieces.</summary>
    private sealed record ResponseText(TextWindow Window, string? Item, JsonObject Form)
    {
        public StringBuilder Written { get; } = new();

        public StringBuilder Became { get; } = new();
    }
}
