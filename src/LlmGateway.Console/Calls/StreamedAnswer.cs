using System.Text;
using System.Text.Json;

namespace LlmGateway.Console.Calls;

/// <summary>Puts an answer together that was kept as the events of its stream: of chat completions and completions, of responses, and of messages.</summary>
internal static class StreamedAnswer
{
    private const string Data = "data:";

    /// <summary>What was said in all; nothing where the text is no stream.</summary>
    public static List<ShownMessage> Read(string text)
    {
        var events = Events(text).ToList();
        // The last event of a stream of responses has the whole answer.
        if (events.FindLast(one => one.Member("response") is { ValueKind: JsonValueKind.Object }) is { ValueKind: JsonValueKind.Object } last)
        {
            return Transcript.OfResponse(last.Member("response"));
        }

        var spoken = new SortedDictionary<int, Spoken>();
        foreach (var one in events)
        {
            foreach (var choice in one.Items("choices"))
            {
                At(spoken, choice).AddChoice(choice);
            }

            At(spoken, default).AddBlock(one);
        }

        var messages = spoken.Values.Where(one => !one.IsEmpty).Select(one => one.ToMessage()).ToList();
        messages.AddRange(events.Where(one => one.Member("error") is { ValueKind: JsonValueKind.Object }).SelectMany(one => Transcript.OfResponse(one)));
        return messages;
    }

    private static Spoken At(SortedDictionary<int, Spoken> spoken, JsonElement choice)
    {
        var index = choice.Number("index") ?? 0;
        return spoken.TryGetValue(index, out var found) ? found : spoken[index] = new Spoken();
    }

    private static IEnumerable<JsonElement> Events(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            if (line.StartsWith(Data, StringComparison.Ordinal) && TryParse(line[Data.Length..], out var one) && one.ValueKind == JsonValueKind.Object)
            {
                yield return one;
            }
        }
    }

    private static bool TryParse(string json, out JsonElement element)
    {
        try
        {
            element = JsonElement.Parse(json);
            return true;
        }
        catch (JsonException)
        {
            // The end mark, or an event that was cut.
            element = default;
            return false;
        }
    }

    /// <summary>One message as it grows.</summary>
    private sealed class Spoken
    {
        private readonly StringBuilder _text = new();
        private readonly StringBuilder _thought = new();
        private readonly SortedDictionary<int, (string Name, StringBuilder Arguments)> _calls = [];
        private string? _end;

        public bool IsEmpty => _text.Length + _thought.Length + _calls.Count == 0 && _end is null;

        public void AddChoice(JsonElement choice)
        {
            var delta = choice.Member("delta") ?? choice;
            _text.Append(delta.Text("content") ?? delta.Text("text"));
            _thought.Append(delta.Text("reasoning_content"));
            _end = choice.Text("finish_reason") ?? _end;
            foreach (var call in delta.Items("tool_calls"))
            {
                var function = call.Member("function") ?? default;
                AddCall(call.Number("index") ?? 0, function.Text("name"), function.Text("arguments"));
            }
        }

        /// <summary>An event of Anthropic's messages.</summary>
        public void AddBlock(JsonElement one)
        {
            var delta = one.Member("delta") ?? default;
            switch (one.Text("type"))
            {
                case "content_block_start" when one.Member("content_block") is { } block && block.Text("type") == "tool_use":
                    AddCall(one.Number("index") ?? 0, block.Text("name"), null);
                    break;
                case "content_block_delta" when delta.Text("partial_json") is { } json:
                    AddCall(one.Number("index") ?? 0, null, json);
                    break;
                case "content_block_delta":
                    _text.Append(delta.Text("text"));
                    _thought.Append(delta.Text("thinking"));
                    break;
                case "message_delta":
                    _end = delta.Text("stop_reason") ?? _end;
                    break;
            }
        }

        public ShownMessage ToMessage() => new("assistant", _end is null or "stop" or "end_turn" ? "streamed" : $"streamed, {_end}", [.. Parts()]);

        private IEnumerable<ShownPart> Parts()
        {
            if (_thought.Length > 0)
            {
                yield return new ShownPart("reasoning", _thought.ToString());
            }

            if (_text.Length > 0)
            {
                yield return new ShownPart(null, _text.ToString());
            }

            foreach (var (name, arguments) in _calls.Values)
            {
                yield return new ShownPart($"calls {name}", MessageParts.Json(arguments.ToString()));
            }
        }

        private void AddCall(int index, string? name, string? arguments)
        {
            var (known, more) = _calls.GetValueOrDefault(index, ("", new StringBuilder()));
            _calls[index] = (name ?? known, more.Append(arguments));
        }
    }
}
