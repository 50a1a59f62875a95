using System.Globalization;
using System.Text.Json.Nodes;

namespace LlmGateway.Console.Prompts;

/// <summary>What a request says beside its messages. Parameters that have no field of their own are kept as they are.</summary>
public sealed class ChatParameters
{
    private const string MaxCompletionTokens = "max_completion_tokens";
    private const string OlderMaxTokens = "max_tokens";
    private string _maxTokensName = MaxCompletionTokens;
    private JsonObject _others = [];

    public double? Temperature { get; set; }

    public double? TopP { get; set; }

    public long? MaxTokens { get; set; }

    public long? Seed { get; set; }

    /// <summary>Texts that end an answer, a line each.</summary>
    public string Stop { get; set; } = "";

    /// <summary>OpenAI's <c>response_format</c>, as JSON.</summary>
    public string ResponseFormat { get; set; } = "";

    /// <summary>OpenAI's <c>tools</c>, as JSON.</summary>
    public string Tools { get; set; } = "";

    /// <summary>The names of what is kept without a field.</summary>
    public IEnumerable<string> Kept => _others.Select(member => member.Key);

    /// <param name="parameters">Parameters by OpenAI's names.</param>
    /// <param name="tools">Its tools.</param>
    /// <param name="responseFormat">Its response format.</param>
    public static ChatParameters Read(JsonObject? parameters, JsonNode? tools, JsonNode? responseFormat)
    {
        var rest = parameters?.DeepClone().AsObject() ?? [];
        var older = rest.ContainsKey(OlderMaxTokens);
        return new ChatParameters
        {
            Temperature = Take<double>(rest, "temperature"),
            TopP = Take<double>(rest, "top_p"),
            MaxTokens = Take<long>(rest, older ? OlderMaxTokens : MaxCompletionTokens),
            Seed = Take<long>(rest, "seed"),
            Stop = TakeStop(rest),
            Tools = DraftJson.Write(tools),
            ResponseFormat = DraftJson.Write(responseFormat),
            _maxTokensName = older ? OlderMaxTokens : MaxCompletionTokens,
            _others = rest,
        };
    }

    /// <summary>All but tools and response format, by OpenAI's names.</summary>
    public JsonObject ToJson()
    {
        var json = _others.DeepClone().AsObject();
        Put(json, "temperature", Temperature);
        Put(json, "top_p", TopP);
        Put(json, _maxTokensName, MaxTokens);
        Put(json, "seed", Seed);
        var stops = Stop.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (stops.Length > 0)
        {
            json["stop"] = stops.Length == 1 ? stops[0] : new JsonArray([.. stops]);
        }

        return json;
    }

    /// <exception cref="Api.GatewayException">What was typed is no JSON, or of another kind.</exception>
    public JsonArray? ReadTools() => DraftJson.Read<JsonArray>(Tools, "tools", "a list of tools");

    /// <inheritdoc cref="ReadTools"/>
    public JsonObject? ReadResponseFormat() => DraftJson.Read<JsonObject>(ResponseFormat, "response_format", "an object, such as {\"type\": \"json_object\"}");

    private static T? Take<T>(JsonObject from, string name)
        where T : struct, IParsable<T>
    {
        if (from[name] is not JsonValue value || !T.TryParse(value.ToString(), CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        from.Remove(name);
        return number;
    }

    private static string TakeStop(JsonObject from)
    {
        var stop = from["stop"];
        from.Remove("stop");
        return stop switch
        {
            JsonArray several => string.Join('\n', several.Select(text => text?.ToString())),
            null => "",
            _ => stop.ToString(),
        };
    }

    private static void Put<T>(JsonObject json, string name, T? value)
        where T : struct
    {
        if (value is { } number)
        {
            json[name] = JsonValue.Create(number);
        }
    }
}
