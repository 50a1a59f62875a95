using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Gateway.Requests;
using LlmGateway.Schemas;

namespace LlmGateway.Gateway.Structured;

/// <summary>A model's plain answer, and the texts in it that are to be JSON of a schema.</summary>
internal sealed class StructuredAnswer
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly JsonObject _answer;
    private readonly List<(JsonObject Holder, string Member, string Text)> _texts = [];
    private bool _changed;

    private StructuredAnswer(JsonObject answer) => _answer = answer;

    /// <summary>Whether there is a text to check: a model that calls a tool, or refuses, answers with none.</summary>
    public bool HasText => _texts.Count > 0;

    /// <summary>The one text; null when there are several, as with <c>n</c>.</summary>
    public string? OnlyText => _texts is [var only] ? only.Text : null;

    /// <summary>All that it says.</summary>
    public string AllText => string.Concat(_texts.Select(text => text.Text));

    /// <summary>Whether the model was stopped before it had ended, by its limit of tokens or a filter.</summary>
    public bool IsCutOff { get; private set; }

    /// <returns>Null when it is no answer of the operation.</returns>
    public static StructuredAnswer? Read(Operation operation, ReadOnlySpan<byte> json)
    {
        try
        {
            if (JsonNode.Parse(json) is not JsonObject answer)
            {
                return null;
            }

            var read = new StructuredAnswer(answer);
            if (operation == Operation.Responses)
            {
                read.ReadOutput();
            }
            else
            {
                read.ReadChoices();
            }

            return read;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            // The last two: a member of another type, or one that stands twice.
            return null;
        }
    }

    /// <summary>Checks the texts, and takes code fences off those that are valid within.</summary>
    /// <returns>What is wrong with them; empty if nothing is.</returns>
    public IReadOnlyList<SchemaError> Check(CallerSchema schema)
    {
        List<SchemaError> errors = [];
        foreach (var (holder, member, text) in _texts)
        {
            var json = CodeFence.TakeOff(text);
            var found = JsonText.FindError(json) is { } error ? [error] : schema.Validate(json);
            errors.AddRange(found);
            if (found.Count == 0 && json.Length != text.Length)
            {
                holder[member] = json;
                _changed = true;
            }
        }

        return errors;
    }

    /// <summary>Adds what another answer used to what this one did, count by count.</summary>
    public void AddUsage(StructuredAnswer other)
    {
        if (_answer["usage"] is JsonObject own && other._answer["usage"] is JsonObject more)
        {
            Add(own, more);
            _changed = true;
        }
    }

    /// <returns>The answer as it is now.</returns>
    /// <param name="original">Its bytes when it was read; given back where nothing has changed.</param>
    public ReadOnlyMemory<byte> ToJson(ReadOnlyMemory<byte> original) =>
        _changed ? JsonSerializer.SerializeToUtf8Bytes(_answer, Relaxed) : original;

    private static void Add(JsonObject own, JsonObject more)
    {
        foreach (var (name, value) in more)
        {
            if (value is JsonObject inner && own[name] is JsonObject nested)
            {
                Add(nested, inner);
            }
            else if (value?.GetValueKind() == JsonValueKind.Number)
            {
                own[name] = (own[name]?.GetValueKind() == JsonValueKind.Number ? (long)own[name]! : 0) + (long)value;
            }
        }
    }

    private void ReadChoices()
    {
        foreach (var choice in _answer["choices"]!.AsArray().OfType<JsonObject>())
        {
            IsCutOff |= (string?)choice["finish_reason"] is "length" or "content_filter";
            if (choice["message"] is JsonObject message && message["refusal"] is null && message["tool_calls"] is null)
            {
                _texts.Add((message, "content", (string?)message["content"] ?? ""));
            }
        }
    }

    private void ReadOutput()
    {
        IsCutOff = (string?)_answer["status"] == "incomplete";
        foreach (var item in _answer["output"]!.AsArray().OfType<JsonObject>().Where(item => (string?)item["type"] == "message"))
        {
            foreach (var part in item["content"]!.AsArray().OfType<JsonObject>().Where(part => (string?)part["type"] == "output_text"))
            {
                _texts.Add((part, "text", (string?)part["text"] ?? ""));
            }
        }
    }
}
