using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Gateway.Requests;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Retrieval.FileSearch;

/// <summary>
/// A request with the tool <c>file_search</c>, and how its model gets it: with what was found behind the instructions, and without
/// the tool, which the gateway has run. Other values keep their bytes.
/// </summary>
internal sealed class FileSearchRequest : IDisposable
{
    private const string IncludeResults = "file_search_call.results";

    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = RequestScanner.MaxDepth };
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private readonly JsonDocument _document;
    private readonly Operation _operation;
    private readonly List<JsonElement> _otherTools;

    private FileSearchRequest(JsonDocument document, Operation operation, FileSearchTool? tool, int index)
    {
        (_document, _operation, Param) = (document, operation, $"tools[{index}]");
        _otherTools = [.. Tools(document).Where(other => !IsFileSearch(other))];
        Tool = tool is not null && Choice(out var choice) && choice.ValueKind == JsonValueKind.String && choice.ValueEquals("none") ? null : tool;
        WantsResults = document.RootElement.TryGetProperty("include", out var include) && include.ValueKind == JsonValueKind.Array
            && include.EnumerateArray().Any(IsResults);
    }

    /// <summary>What is to be run; null where the caller wants no tool called, or sent none and only earlier searches.</summary>
    public FileSearchTool? Tool { get; }

    /// <summary>The item of a response that tells of a search.</summary>
    public static ReadOnlySpan<byte> SearchCallType => "file_search_call"u8;

    /// <summary>The tool's place, for errors.</summary>
    public string Param { get; }

    /// <summary>Whether <c>include</c> asks for what was found.</summary>
    public bool WantsResults { get; }

    /// <returns>Null when no tool is one and no item a search: the words stood elsewhere.</returns>
    /// <exception cref="ApiException">400 naming the field.</exception>
    public static FileSearchRequest? Read(ReadOnlyMemory<byte> body, Operation operation)
    {
        var document = JsonDocument.Parse(body, Reading);
        try
        {
            var places = Tools(document).Select((tool, index) => (tool, index)).Where(place => IsFileSearch(place.tool)).ToList();
            switch (places)
            {
                case [] when operation == Operation.Responses && HoldsSearchCall(document):
                    return new FileSearchRequest(document, operation, null, 0);
                case []:
                    document.Dispose();
                    return null;
                case [var (tool, index)]:
                    return new FileSearchRequest(document, operation, FileSearchTool.Read(tool, $"tools[{index}]"), index);
                default:
                    throw new ApiException(ApiErrors.BadRequest(
                        "Send one tool 'file_search': it takes several stores in 'vector_store_ids'.", $"tools[{places[1].index}]"));
            }
        }
        catch
        {
            document.Dispose();
            throw;
        }
    }

    public void Dispose() => _document.Dispose();

    /// <summary>The members that the model gets otherwise than the caller sent them, and that a response tells of.</summary>
    public JsonObject Own()
    {
        var own = new JsonObject();
        foreach (var name in (string[])["tools", "tool_choice", "instructions"])
        {
            own[name] = _document.RootElement.TryGetProperty(name, out var value) ? JsonNode.Parse(value.GetRawText()) : name == "tool_choice" ? "auto" : null;
        }

        return own;
    }

    /// <param name="sources">What the model is told; null adds nothing.</param>
    /// <exception cref="ApiException">400: instructions that are no text.</exception>
    public ReadOnlyMemory<byte> Write(string? sources)
    {
        var target = new ArrayBufferWriter<byte>((sources?.Length ?? 0) + 4096);
        using var json = new Utf8JsonWriter(target, Options);
        json.WriteStartObject();
        foreach (var member in _document.RootElement.EnumerateObject())
        {
            WriteMember(json, member, sources);
        }

        if (_operation == Operation.Responses && sources is not null && !_document.RootElement.TryGetProperty("instructions", out _))
        {
            json.WriteString("instructions", sources);
        }

        json.WriteEndObject();
        json.Flush();
        return target.WrittenMemory;
    }

    private void WriteMember(Utf8JsonWriter json, JsonProperty member, string? sources)
    {
        switch (member.Name)
        {
            case "tools":
                WriteList(json, member.Name, _otherTools);
                break;
            case "tool_choice" when _otherTools.Count == 0 || IsFileSearch(member.Value):
                break;
            case "parallel_tool_calls" when _otherTools.Count == 0:
                break;
            case "include" when WantsResults:
                WriteList(json, member.Name, member.Value.EnumerateArray().Where(entry => !IsResults(entry)));
                break;
            case "messages" when _operation == Operation.ChatCompletions && sources is not null:
                WriteMessages(json, member.Value, sources);
                break;
            case "input" when _operation == Operation.Responses && member.Value.ValueKind == JsonValueKind.Array:
                // Searches of earlier turns, which come back with their answers, are ours: the model knows nothing of them.
                WriteList(json, member.Name, member.Value.EnumerateArray().Where(item => !IsSearchCall(item)));
                break;
            case "instructions" when _operation == Operation.Responses && sources is not null:
                json.WriteString(member.Name, Instructions(member.Value, sources));
                break;
            default:
                json.WritePropertyName(member.Name);
                Copy(json, member.Value);
                break;
        }
    }

    /// <summary>Behind the messages that instruct, as the last of them.</summary>
    private static void WriteMessages(Utf8JsonWriter json, JsonElement messages, string sources)
    {
        json.WriteStartArray("messages");
        var isTold = false;
        foreach (var message in messages.EnumerateArray())
        {
            if (!isTold && !Instructs(message))
            {
                WriteMessage(json, sources);
                isTold = true;
            }

            Copy(json, message);
        }

        if (!isTold)
        {
            WriteMessage(json, sources);
        }

        json.WriteEndArray();
    }

    private static void WriteMessage(Utf8JsonWriter json, string sources)
    {
        json.WriteStartObject();
        json.WriteString("role", "system");
        json.WriteString("content", sources);
        json.WriteEndObject();
    }

    /// <summary>An empty list is left out: providers refuse one.</summary>
    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<JsonElement> entries)
    {
        var kept = entries.ToList();
        if (kept.Count == 0)
        {
            return;
        }

        json.WriteStartArray(name);
        kept.ForEach(entry => Copy(json, entry));
        json.WriteEndArray();
    }

    private static string Instructions(JsonElement own, string sources) => own.ValueKind switch
    {
        JsonValueKind.String => $"{own.GetString()}\n\n{sources}",
        JsonValueKind.Null => sources,
        _ => throw new ApiException(ApiErrors.BadRequest("Invalid type for 'instructions': expected a string.", "instructions", "invalid_type")),
    };

    private static List<JsonElement> Tools(JsonDocument document) =>
        document.RootElement.TryGetProperty("tools", out var tools) && tools.ValueKind == JsonValueKind.Array ? [.. tools.EnumerateArray()] : [];

    private static bool HoldsSearchCall(JsonDocument document) =>
        document.RootElement.TryGetProperty("input", out var input) && input.ValueKind == JsonValueKind.Array && input.EnumerateArray().Any(IsSearchCall);

    private bool Choice(out JsonElement choice) => _document.RootElement.TryGetProperty("tool_choice", out choice);

    private static bool IsFileSearch(JsonElement tool) => IsOfType(tool, FileSearchTool.TypeName);

    private static bool IsSearchCall(JsonElement item) => IsOfType(item, SearchCallType);

    private static bool IsOfType(JsonElement value, ReadOnlySpan<byte> expected) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals(expected);

    private static bool IsResults(JsonElement entry) => entry.ValueKind == JsonValueKind.String && entry.ValueEquals(IncludeResults);

    private static bool Instructs(JsonElement message) =>
        message.TryGetProperty("role", out var role) && role.ValueKind == JsonValueKind.String && (role.ValueEquals("system"u8) || role.ValueEquals("developer"u8));

    private static void Copy(Utf8JsonWriter json, JsonElement value) => json.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
}
