using System.Text;
using System.Text.Json;

namespace LlmGateway.Gateway.Dialects.Responses;

/// <summary>An item of a response's output as it grows: a message, a model's reasoning, or a function's call.</summary>
/// <param name="kind">Its type.</param>
/// <param name="id">Its id.</param>
/// <param name="index">Its place.</param>
internal sealed class OutputItem(string kind, string id, int index)
{
    public const string Message = "message";
    public const string Reasoning = "reasoning";
    public const string FunctionCall = "function_call";

    public string Kind { get; } = kind;

    public string Id { get; } = id;

    public int Index { get; } = index;

    /// <summary><c>in_progress</c> until it is done.</summary>
    public string Status { get; set; } = "in_progress";

    /// <summary>Of a message and of reasoning.</summary>
    public List<OutputPart> Parts { get; } = [];

    /// <summary>Of a call.</summary>
    public string CallId { get; init; } = "";

    /// <summary>Of a call.</summary>
    public string Name { get; init; } = "";

    /// <summary>Of a call.</summary>
    public StringBuilder Arguments { get; } = new();

    /// <summary>Of reasoning: what its provider signed.</summary>
    public List<JsonElement> Thoughts { get; } = [];

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("id", Id);
        json.WriteString("type", Kind);
        json.WriteString("status", Status);
        if (Kind == FunctionCall)
        {
            json.WriteString("call_id", CallId);
            json.WriteString("name", Name);
            json.WriteString("arguments", Arguments.ToString());
        }
        else
        {
            WriteContent(json);
        }

        json.WriteEndObject();
    }

    private void WriteContent(Utf8JsonWriter json)
    {
        if (Kind == Message)
        {
            json.WriteString("role", "assistant");
        }
        else
        {
            json.WriteStartArray("summary");
            json.WriteEndArray();
            if (Thoughts.Count > 0)
            {
                json.WriteString("encrypted_content", SignedThoughts.Pack(Thoughts));
            }
        }

        json.WriteStartArray("content");
        foreach (var part in Parts)
        {
            part.Write(json);
        }

        json.WriteEndArray();
    }
}

/// <summary>A part of an item's content as it grows.</summary>
/// <param name="kind">Its type.</param>
/// <param name="index">Its place in the content.</param>
internal sealed class OutputPart(string kind, int index)
{
    public const string OutputText = "output_text";
    public const string Refusal = "refusal";
    public const string ReasoningText = "reasoning_text";

    private readonly List<JsonElement> _logprobs = [];
    private readonly List<JsonElement> _annotations = [];

    public string Kind { get; } = kind;

    public int Index { get; } = index;

    public StringBuilder Text { get; } = new();

    /// <summary>The events that tell of its text are named so.</summary>
    public string EventName { get; } = $"response.{kind}";

    /// <summary>The member that holds the text.</summary>
    public string TextMember { get; } = kind == Refusal ? "refusal" : "text";

    public void AddLogprobs(JsonElement tokens) => _logprobs.AddRange(tokens.EnumerateArray().Select(token => token.Clone()));

    public void AddAnnotation(JsonElement annotation) => _annotations.Add(annotation.Clone());

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", Kind);
        json.WriteString(TextMember, Text.ToString());
        if (Kind == OutputText)
        {
            json.WriteStartArray("annotations");
            _annotations.ForEach(annotation => WriteAnnotation(json, annotation));
            json.WriteEndArray();
            WriteLogprobs(json, _logprobs, withBytes: true);
        }

        json.WriteEndObject();
    }

    /// <summary>All tokens of the part, as its last event has them.</summary>
    public void WriteLogprobs(Utf8JsonWriter json) => WriteLogprobs(json, _logprobs, withBytes: false);

    public static void WriteLogprobs(Utf8JsonWriter json, IEnumerable<JsonElement> tokens, bool withBytes)
    {
        json.WriteStartArray("logprobs");
        foreach (var token in tokens)
        {
            json.WriteStartObject();
            WriteToken(json, token, withBytes);
            json.WriteStartArray("top_logprobs");
            foreach (var other in token.Objects("top_logprobs"))
            {
                json.WriteStartObject();
                WriteToken(json, other, withBytes);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteToken(Utf8JsonWriter json, JsonElement token, bool withBytes)
    {
        json.WriteString("token", token.Text("token"));
        json.WriteCopy("logprob", token.Member("logprob"));
        if (!withBytes)
        {
            return;
        }

        if (token.Member("bytes") is { ValueKind: JsonValueKind.Array } bytes)
        {
            json.WriteCopy("bytes", bytes);
            return;
        }

        json.WriteStartArray("bytes");
        json.WriteEndArray();
    }

    /// <summary>Chat completions have the members of a citation in an object of its own.</summary>
    private static void WriteAnnotation(Utf8JsonWriter json, JsonElement annotation)
    {
        json.WriteStartObject();
        json.WriteString("type", "url_citation");
        foreach (var name in (ReadOnlySpan<string>)["start_index", "end_index", "url", "title"])
        {
            json.WriteCopy(name, annotation.Member(name));
        }

        json.WriteEndObject();
    }
}
