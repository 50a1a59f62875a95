using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmGateway.OpenAI;

/// <summary>Merges the chunks of a chat completion or a completion into the plain answer.</summary>
internal sealed class ChunkMerger
{
    private readonly JsonObject _answer = [];
    private readonly SortedDictionary<int, JsonObject> _choices = [];
    private readonly StreamedText _texts = new();

    /// <summary>Whether every choice has come to its end.</summary>
    public bool IsFinished => _choices.Count > 0 && _choices.Values.All(choice => choice["finish_reason"] is not null);

    public void Add(JsonObject chunk)
    {
        foreach (var (name, value) in chunk)
        {
            // A later null takes nothing back; obfuscation pads single events only.
            if (name is not ("choices" or "obfuscation") && (value is not null || !_answer.ContainsKey(name)))
            {
                _answer[name] = value?.DeepClone();
            }
        }

        foreach (var choice in (chunk["choices"] as JsonArray)?.OfType<JsonObject>() ?? [])
        {
            AddChoice(choice);
        }
    }

    /// <summary>The answer; null when no choice came.</summary>
    public JsonObject? Finish(string objectName)
    {
        if (_choices.Count == 0)
        {
            return null;
        }

        _texts.Finish();
        if (_answer["usage"] is null)
        {
            _answer.Remove("usage");
        }

        _answer["object"] = objectName;
        _answer["choices"] = new JsonArray([.. _choices.Values.Select(FinishChoice)]);
        return _answer;
    }

    private void AddChoice(JsonObject choice)
    {
        var index = (int?)choice["index"] ?? 0;
        if (!_choices.TryGetValue(index, out var merged))
        {
            _choices[index] = merged = new JsonObject { ["index"] = index };
        }

        foreach (var (name, value) in choice)
        {
            switch (name)
            {
                case "index":
                    break;
                case "delta" when value is JsonObject delta:
                    Merge(Child(merged, "message"), delta);
                    break;
                case "text":
                    _texts.Append(merged, name, (string?)value);
                    break;
                case "logprobs" when value is JsonObject logprobs:
                    Merge(Child(merged, name), logprobs);
                    break;
                default:
                    Replace(merged, name, value);
                    break;
            }
        }
    }

    private void Merge(JsonObject target, JsonObject piece)
    {
        foreach (var (name, value) in piece)
        {
            switch (value)
            {
                case JsonArray calls when name == "tool_calls":
                    MergeToolCalls(Items(target, name), calls);
                    break;
                case JsonArray items:
                    AppendItems(Items(target, name), items);
                    break;
                case JsonObject inner:
                    Merge(Child(target, name), inner);
                    break;
                case JsonValue text when text.GetValueKind() == JsonValueKind.String && name is not ("role" or "id" or "type"):
                    _texts.Append(target, name, (string?)text);
                    break;
                default:
                    Replace(target, name, value);
                    break;
            }
        }
    }

    /// <summary>Calls keep their index until the end: pieces of several may come mixed, and numbers may be left out.</summary>
    private void MergeToolCalls(JsonArray known, JsonArray pieces)
    {
        foreach (var piece in pieces.OfType<JsonObject>())
        {
            var index = (int?)piece["index"] ?? known.Count;
            var call = known.OfType<JsonObject>().FirstOrDefault(call => (int)call["index"]! == index);
            if (call is null)
            {
                call = new JsonObject { ["index"] = index };
                known.Add(call);
            }

            Merge(call, piece);
            call["index"] = index;
        }
    }

    private static JsonObject Child(JsonObject owner, string name)
    {
        if (owner[name] is not JsonObject child)
        {
            owner[name] = child = [];
        }

        return child;
    }

    private static JsonArray Items(JsonObject owner, string name)
    {
        if (owner[name] is not JsonArray items)
        {
            owner[name] = items = [];
        }

        return items;
    }

    private static void AppendItems(JsonArray target, JsonArray items)
    {
        foreach (var item in items)
        {
            target.Add(item?.DeepClone());
        }
    }

    private static void Replace(JsonObject target, string name, JsonNode? value)
    {
        if (value is not null || !target.ContainsKey(name))
        {
            target[name] = value?.DeepClone();
        }
    }

    /// <summary>Adds the members that a plain answer always has, and takes off those of a stream.</summary>
    private static JsonNode FinishChoice(JsonObject choice)
    {
        if (choice["message"] is JsonObject message)
        {
            message.TryAdd("role", "assistant");
            message.TryAdd("content", null);
            message.TryAdd("refusal", null);
            if (message["tool_calls"] is JsonArray calls)
            {
                message["tool_calls"] = InOrder(calls);
            }
        }

        choice.TryAdd("logprobs", null);
        choice.TryAdd("finish_reason", null);
        return choice;
    }

    private static JsonArray InOrder(JsonArray calls)
    {
        JsonObject[] ordered = [.. calls.OfType<JsonObject>().OrderBy(call => (int)call["index"]!)];
        calls.Clear();
        foreach (var call in ordered)
        {
            call.Remove("index");
        }

        return new JsonArray([.. ordered]);
    }
}
