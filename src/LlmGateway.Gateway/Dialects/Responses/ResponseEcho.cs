using System.Text;
using System.Text.Json;

namespace LlmGateway.Gateway.Dialects.Responses;

/// <summary>What a response repeats of its request, and the ids that it has.</summary>
internal sealed class ResponseEcho
{
    /// <summary>The members that every response has, with what stands for one that was not sent.</summary>
    private static readonly (string Name, JsonElement Default)[] Always =
    [
        ("background", Json("false")),
        ("instructions", Json("null")),
        ("max_output_tokens", Json("null")),
        ("max_tool_calls", Json("null")),
        ("metadata", Json("{}")),
        ("parallel_tool_calls", Json("true")),
        ("reasoning", Json("""{"effort":null,"summary":null}""")),
        ("store", Json("true")),
        ("temperature", Json("null")),
        ("text", Json("""{"format":{"type":"text"}}""")),
        ("tool_choice", Json("\"auto\"")),
        ("top_p", Json("null")),
        ("truncation", Json("\"disabled\"")),
    ];

    /// <summary>The members that a response has when they were sent.</summary>
    private static readonly string[] WhenSent = ["user", "safety_identifier", "prompt_cache_key", "top_logprobs"];

    private readonly TranslationContext _context;
    private readonly List<(string Name, JsonElement Value)> _members;
    private readonly string _key = Guid.CreateVersion7().ToString("N");

    public ResponseEcho(JsonElement request, TranslationContext context)
    {
        _context = context;
        _members = Repeat(request);
    }

    /// <summary>The members of a request that its response has too, with what stands for those that were not sent.</summary>
    public static List<(string Name, JsonElement Value)> Repeat(JsonElement request) =>
    [
        .. Always.Select(member => (member.Name, request.Member(member.Name)?.Clone() ?? member.Default)),
        .. WhenSent.Where(name => request.Member(name) is not null).Select(name => (name, request.Member(name)!.Value.Clone())),
        ("tools", Tools(request)),
    ];

    public string Id => $"resp_{_key}";

    public string Model => _context.Deployment.Model;

    public long Created => _context.Created;

    /// <summary>The id of an output item.</summary>
    /// <param name="prefix">Its kind's, such as <c>msg</c>.</param>
    /// <param name="index">Its place in the output.</param>
    public string ItemId(string prefix, int index) => $"{prefix}_{_key}{index:x2}";

    public void Write(Utf8JsonWriter json)
    {
        foreach (var (name, value) in _members)
        {
            json.WritePropertyName(name);
            value.WriteTo(json);
        }

        json.WriteString("previous_response_id", _context.PreviousResponseId);
    }

    /// <summary>A response's functions tell whether they are strict, and their parameters, though a request need not.</summary>
    private static JsonElement Tools(JsonElement request)
    {
        var target = new System.Buffers.ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(target, JsonMembers.Relaxed);
        json.WriteStartArray();
        foreach (var tool in request.Objects("tools"))
        {
            json.WriteStartObject();
            foreach (var member in tool.EnumerateObject())
            {
                member.WriteTo(json);
            }

            foreach (var name in (ReadOnlySpan<string>)["strict", "parameters"])
            {
                if (tool.Kind == "function" && !tool.TryGetProperty(name, out _))
                {
                    json.WriteNull(name);
                }
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.Flush();
        return JsonElement.Parse(target.WrittenSpan);
    }

    private static JsonElement Json(string text) => JsonElement.Parse(Encoding.UTF8.GetBytes(text));
}
