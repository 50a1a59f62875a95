using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Gateway.Requests;

namespace LlmGateway.Gateway.Retrieval.Citations;

/// <summary>Chunks of a chat completion: a choice's citations come with the chunk before its finish, where all of them are known.</summary>
internal sealed class CitedChunkStream(CitedSearch search) : CitedStream(search)
{
    private readonly SortedDictionary<int, CitedText> _texts = [];

    public override void Take(JsonObject data)
    {
        if (data["choices"] is not JsonArray { Count: > 0 } choices)
        {
            Emit(data);
            return;
        }

        foreach (var choice in choices.OfType<JsonObject>().ToList())
        {
            var index = (int?)choice["index"] ?? 0;
            if (!TakeText(index, choice))
            {
                choices.Remove(choice);
            }

            if (choice["finish_reason"] is not null)
            {
                EndText(index, choice, data);
            }
        }

        // A chunk whose text is all held back says nothing.
        if (choices.Count > 0 || data["usage"] is not null)
        {
            Emit(data);
        }
    }

    /// <returns>Whether the choice still says something.</returns>
    private bool TakeText(int index, JsonObject choice)
    {
        if (choice["delta"] is not JsonObject delta || delta["content"] is not JsonValue content || content.GetValueKind() != JsonValueKind.String)
        {
            return true;
        }

        if (!_texts.TryGetValue(index, out var text))
        {
            _texts[index] = text = new CitedText(Search.Passages);
        }

        var piece = (string)content!;
        var released = text.Push(piece);
        if (released != piece)
        {
            delta["content"] = released;
            choice.Remove("logprobs");
        }

        return released.Length > 0 || piece.Length == 0 || delta.Count > 1 || choice["finish_reason"] is not null;
    }

    private void EndText(int index, JsonObject choice, JsonObject chunk)
    {
        if (!_texts.Remove(index, out var text))
        {
            return;
        }

        if (choice["delta"] is JsonObject own && own["content"] is JsonValue said)
        {
            // The chunk that ends the choice has text as well: what was held back stands behind it.
            own["content"] = (string)said! + text.End();
            if (text.Citations.Count > 0)
            {
                own["annotations"] = CitedSearch.Annotations(text, Operation.ChatCompletions);
            }

            return;
        }

        var delta = new JsonObject { ["content"] = text.End() };
        if (text.Citations.Count > 0)
        {
            delta["annotations"] = CitedSearch.Annotations(text, Operation.ChatCompletions);
        }
        else if (((string)delta["content"]!).Length == 0)
        {
            return;
        }

        var last = new JsonObject();
        foreach (var (name, value) in chunk)
        {
            last[name] = name is "choices" or "usage" or "obfuscation" ? null : value?.DeepClone();
        }

        last.Remove("obfuscation");
        if (!chunk.ContainsKey("usage"))
        {
            last.Remove("usage");
        }

        last["choices"] = new JsonArray(new JsonObject { ["index"] = index, ["delta"] = delta, ["finish_reason"] = null });
        Emit(last);
    }
}
