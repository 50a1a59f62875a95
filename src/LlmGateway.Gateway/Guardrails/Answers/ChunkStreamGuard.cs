using System.Text.Json.Nodes;
using LlmGateway.Gateway.Requests;
using LlmGateway.OpenAI;

namespace LlmGateway.Gateway.Guardrails.Answers;

/// <summary>The chunks of chat completions and completions: each text of each choice has a window of its own.</summary>
internal sealed class ChunkStreamGuard(Operation operation, TextGuard guard, GuardrailOptions options) : AnswerStreamGuard(guard, options)
{
    private readonly SortedDictionary<int, ChoiceTexts> _choices = [];
    private readonly string _holder = operation == Operation.ChatCompletions ? "delta" : "";
    private JsonObject _envelope = [];

    protected override async ValueTask CheckAsync(JsonObject data, CancellationToken cancellationToken)
    {
        if (data["choices"] is not JsonArray choices)
        {
            Emit(data);
            return;
        }

        _envelope = Envelope(data);
        var kept = new JsonArray();
        foreach (var choice in choices.OfType<JsonObject>().ToList())
        {
            choices.Remove(choice);
            if (!await CheckChoiceAsync(choice, kept, cancellationToken))
            {
                return;
            }
        }

        // A chunk whose texts are all held back says nothing; one without choices tells the usage.
        if (kept.Count > 0 || data["usage"] is not null)
        {
            data["choices"] = kept;
            Emit(data);
        }
    }

    protected override async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        foreach (var (index, texts) in _choices)
        {
            if (!await EndChoiceAsync(index, texts, cancellationToken))
            {
                return;
            }
        }
    }

    protected override void WriteStop(CompiledGuardrail guardrail)
    {
        var choices = new JsonArray();
        foreach (var (index, texts) in _choices)
        {
            if (!texts.HasEnded)
            {
                var choice = Choice(index, operation == Operation.ChatCompletions ? [] : new JsonObject { ["text"] = "" });
                PlainAnswerGuard.MarkBlocked(choice, guardrail);
                choices.Add(choice);
            }
        }

        EmitChunk(choices);
        Write(SseWriter.Done, SseWriter.Done);
    }

    private async ValueTask<bool> CheckChoiceAsync(JsonObject choice, JsonArray kept, CancellationToken cancellationToken)
    {
        var index = (int?)choice["index"] ?? 0;
        if (!_choices.TryGetValue(index, out var texts))
        {
            _choices[index] = texts = new ChoiceTexts();
        }

        var said = false;
        var holder = _holder.Length > 0 ? choice[_holder] : choice;
        foreach (var (path, text) in ChoiceTexts.Find(holder))
        {
            var window = texts.Windows.TryGetValue(path.Key, out var known) ? known.Window : OpenWindow(text.IsContent);
            texts.Windows[path.Key] = (window, path);
            var place = text;
            var released = await window.PushAsync(text.Text, final: false, cancellationToken);
            said |= released.Text.Length > 0 || text.Text.Length == 0;
            place.Text = released.Text;
            if (!GoesOn(released))
            {
                return false;
            }
        }

        // Log probabilities hold the tokens of texts that are held back.
        choice.Remove("logprobs");
        var ends = choice["finish_reason"] is not null;
        if (ends && !await EndChoiceAsync(index, texts, cancellationToken))
        {
            return false;
        }

        if (said || ends || ChoiceTexts.HasMore(holder))
        {
            kept.Add(choice);
        }

        return true;
    }

    private async ValueTask<bool> EndChoiceAsync(int index, ChoiceTexts texts, CancellationToken cancellationToken)
    {
        if (texts.HasEnded)
        {
            return true;
        }

        foreach (var (window, path) in texts.Windows.Values)
        {
            var rest = await window.PushAsync("", final: true, cancellationToken);
            if (!GoesOn(rest))
            {
                return false;
            }

            if (rest.Text.Length > 0)
            {
                EmitChunk(new JsonArray(Choice(index, path.Build(rest.Text))));
            }
        }

        texts.HasEnded = true;
        return true;
    }

    private JsonObject Choice(int index, JsonObject said)
    {
        var choice = _holder.Length > 0 ? new JsonObject { [_holder] = said } : said;
        choice["index"] = index;
        choice["finish_reason"] = null;
        return choice;
    }

    private void EmitChunk(JsonArray choices)
    {
        var chunk = (JsonObject)_envelope.DeepClone();
        chunk["choices"] = choices;
        Emit(chunk);
    }

    /// <summary>What all chunks of an answer have.</summary>
    private static JsonObject Envelope(JsonObject chunk)
    {
        var envelope = new JsonObject();
        foreach (var (name, value) in chunk)
        {
            if (name is not ("choices" or "usage" or "obfuscation"))
            {
                envelope[name] = value?.DeepClone();
            }
        }

        return envelope;
    }
}
