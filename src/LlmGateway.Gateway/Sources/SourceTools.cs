using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using LlmGateway.Gateway.Requests;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Sources;

/// <summary>A request's tools, some of which are structured sources.</summary>
internal sealed class SourceTools
{
    private const int MaxSources = 10;
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private readonly JsonElement _tools;

    private SourceTools(JsonElement tools)
    {
        _tools = tools;
        Sources = tools.ValueKind != JsonValueKind.Array ? []
            : [.. tools.EnumerateArray().Index().Where(tool => IsSource(tool.Item)).Select(tool => ReadSource(tool.Item, $"tools[{tool.Index}]"))];
    }

    public static ReadOnlySpan<byte> TypeName => "llmgateway.source"u8;

    /// <summary>The sources in the order of the tools.</summary>
    public IReadOnlyList<SourceReference> Sources { get; }

    /// <param name="json">The value of <c>tools</c>.</param>
    /// <exception cref="ApiException">A source is malformed, or there are too many (400).</exception>
    public static SourceTools Read(ReadOnlySpan<byte> json)
    {
        var tools = new SourceTools(JsonElement.Parse(json));
        return tools.Sources.Count <= MaxSources ? tools : throw Refused($"At most {MaxSources} sources can be tools of a request.", tools.Sources[MaxSources].Param);
    }

    /// <summary>The tools with a function for each source.</summary>
    /// <param name="functions">The sources' functions in their order, as chat completions have them.</param>
    /// <param name="operation">Responses have a function's members beside its type.</param>
    public ReadOnlyMemory<byte> Write(IReadOnlyList<JsonElement> functions, Operation operation)
    {
        var target = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(target, Options);
        var at = 0;
        json.WriteStartArray();
        foreach (var tool in _tools.EnumerateArray())
        {
            if (!IsSource(tool))
            {
                tool.WriteTo(json);
            }
            else if (operation == Operation.Responses)
            {
                WriteFlat(json, functions[at++].GetProperty("function"));
            }
            else
            {
                functions[at++].WriteTo(json);
            }
        }

        json.WriteEndArray();
        json.Flush();
        return target.WrittenMemory;
    }

    private static void WriteFlat(Utf8JsonWriter json, JsonElement function)
    {
        json.WriteStartObject();
        json.WriteString("type", "function");
        foreach (var member in function.EnumerateObject())
        {
            member.WriteTo(json);
        }

        json.WriteBoolean("strict", false);
        json.WriteEndObject();
    }

    private static SourceReference ReadSource(JsonElement tool, string param)
    {
        if (tool.EnumerateObject().FirstOrDefault(member => member.Name is not ("type" or "source_id")) is { Value.ValueKind: not JsonValueKind.Undefined } unknown)
        {
            throw Refused($"'{param}.{unknown.Name}' is unknown: the tool has a 'source_id'.", $"{param}.{unknown.Name}");
        }

        return tool.TryGetProperty("source_id", out var id) && id.ValueKind == JsonValueKind.String && id.GetString() is { Length: >= 1 and <= 64 } text
            ? new SourceReference(text, param)
            : throw Refused($"'{param}.source_id' must be the id of a source.", $"{param}.source_id");
    }

    private static bool IsSource(JsonElement tool) =>
        tool.ValueKind == JsonValueKind.Object && tool.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals(TypeName);

    private static ApiException Refused(string message, string param) => new(ApiErrors.BadRequest(message, param));
}

/// <param name="SourceId">The source.</param>
/// <param name="Param">The tool's place in the request, for errors.</param>
internal sealed record SourceReference(string SourceId, string Param);
