using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmGateway.OpenAI;

/// <summary>Merges the events of an answer of Anthropic's into the plain one.</summary>
internal sealed class MessageMerger
{
    private readonly SortedDictionary<int, JsonObject> _blocks = [];
    private readonly StreamedText _texts = new();
    private JsonObject? _message;
    private bool _failed;
    private bool _stopped;

    /// <summary>Whether the message came to its end without an error.</summary>
    public bool IsFinished => _stopped && !_failed;

    public void Add(JsonObject said)
    {
        switch ((string?)said["type"])
        {
            case "message_start":
                _message = (said["message"] as JsonObject)?.DeepClone() as JsonObject;
                break;
            case "content_block_start" when said["content_block"] is JsonObject block:
                _blocks[(int?)said["index"] ?? _blocks.Count] = (JsonObject)block.DeepClone();
                break;
            case "content_block_delta" when said["delta"] is JsonObject delta && _blocks.TryGetValue((int?)said["index"] ?? 0, out var open):
                Extend(open, delta);
                break;
            case "message_delta":
                Replace(_message, said["delta"] as JsonObject);
                Replace(_message?["usage"] as JsonObject, said["usage"] as JsonObject);
                break;
            case "message_stop":
                _stopped = true;
                break;
            case "error":
                _failed = true;
                break;
        }
    }

    /// <summary>The answer; null when it never began.</summary>
    public JsonObject? Finish()
    {
        if (_message is null)
        {
            return null;
        }

        _texts.Finish();
        foreach (var block in _blocks.Values.Where(block => block.ContainsKey(Arguments)))
        {
            var json = (string?)block[Arguments] ?? "";
            block.Remove(Arguments);
            block["input"] = Parse(json);
        }

        _message["content"] = new JsonArray([.. _blocks.Values]);
        return _message;
    }

    /// <summary>Holds a call's arguments while they come.</summary>
    private const string Arguments = "partial_json";

    /// <summary>A piece's texts are added to the block's of the same names; a citation to its list.</summary>
    private void Extend(JsonObject block, JsonObject delta)
    {
        foreach (var (name, value) in delta)
        {
            if (name == "citation")
            {
                if (block["citations"] is not JsonArray citations)
                {
                    block["citations"] = citations = [];
                }

                citations.Add(value?.DeepClone());
            }
            else if (name != "type" && value is JsonValue text && text.GetValueKind() == JsonValueKind.String)
            {
                _texts.Append(block, name, (string?)text);
            }
        }
    }

    private static void Replace(JsonObject? target, JsonObject? news)
    {
        foreach (var (name, value) in target is null ? [] : news ?? [])
        {
            if (value is not null || !target!.ContainsKey(name))
            {
                target![name] = value?.DeepClone();
            }
        }
    }

    /// <summary>Arguments that are no JSON stay the text that they are.</summary>
    private static JsonNode? Parse(string json)
    {
        try
        {
            return json.Length == 0 ? new JsonObject() : JsonNode.Parse(json);
        }
        catch (JsonException)
        {
            return json;
        }
    }
}
