using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Service;

namespace LlmGateway.LocalModel;

/// <summary>Fills a JSON schema from a text; the result always fits a schema of <see cref="SupportedKeywords"/>.</summary>
internal static class SchemaFiller
{
    private const int DeepestNesting = 16;
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>No value nests this deep; a schema that asks for it refers to itself without an end.</summary>
    private const int MaxDepth = 64;

    /// <summary>The filled value as JSON text.</summary>
    /// <exception cref="ApiException">400: the schema is malformed, or demands a value without an end.</exception>
    public static string Fill(JsonElement schema, string text)
    {
        try
        {
            return Write(Value(schema, schema, "", text, 0));
        }
        catch (Exception exception) when (exception is FormatException or InvalidOperationException)
        {
            throw new ApiException(ApiErrors.BadRequest($"The JSON schema cannot be used: {exception.Message}", "response_format", "invalid_json_schema"));
        }
    }

    /// <summary>JSON text with every letter as itself.</summary>
    public static string Write(JsonNode? value) => value?.ToJsonString(Readable) ?? "null";

    private static JsonNode? Value(JsonElement schema, JsonElement root, string key, string text, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new FormatException("it refers to itself without an end.");
        }

        if (schema.ValueKind != JsonValueKind.Object)
        {
            return new JsonObject();
        }

        if (schema.TryGetProperty("$ref", out var reference))
        {
            return Value(Resolve(root, reference.GetString() ?? ""), root, key, text, depth + 1);
        }

        if (schema.TryGetProperty("const", out var only))
        {
            return JsonNode.Parse(only.GetRawText());
        }

        if (schema.TryGetProperty("enum", out var options) && options.GetArrayLength() > 0)
        {
            return Pick(options, text);
        }

        if (schema.TryGetProperty("anyOf", out var branches) && branches.GetArrayLength() > 0)
        {
            return Value(Branch(branches, depth), root, key, text, depth + 1);
        }

        return TypeOf(schema, depth) switch
        {
            "object" => Object(schema, root, text, depth),
            "array" => Array(schema, root, key, text, depth),
            "integer" => JsonValue.Create(Whole(schema, key, text)),
            "number" => JsonValue.Create(Clamp(schema, TextValues.Number(key, text) ?? 0)),
            "boolean" => JsonValue.Create(TextValues.Boolean(key, text)),
            "null" => null,
            _ => JsonValue.Create(String(schema, key, text)),
        };
    }

    private static JsonObject Object(JsonElement schema, JsonElement root, string text, int depth)
    {
        var filled = new JsonObject();
        var required = schema.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(name => name.GetString()!).ToList() : [];
        foreach (var property in schema.TryGetProperty("properties", out var properties) ? properties.EnumerateObject() : default)
        {
            if (required.Contains(property.Name) || depth < DeepestNesting / 2)
            {
                filled[property.Name] = Value(property.Value, root, property.Name, text, depth + 1);
            }
        }

        foreach (var name in required.Where(name => !filled.ContainsKey(name)))
        {
            filled[name] = schema.TryGetProperty("additionalProperties", out var more) && more.ValueKind == JsonValueKind.False
                ? throw new FormatException($"it requires '{name}' and forbids it.")
                : JsonValue.Create(TextValues.Text(name, "", text));
        }

        return filled;
    }

    private static JsonArray Array(JsonElement schema, JsonElement root, string key, string text, int depth)
    {
        var least = Limit(schema, "minItems") ?? 0;
        var most = Limit(schema, "maxItems") ?? double.MaxValue;
        RequireRoom(least, most, "maxItems");
        var filled = new JsonArray();
        if (depth > DeepestNesting || !schema.TryGetProperty("items", out var items))
        {
            items = JsonDocument.Parse("""{"type":"string"}""").RootElement;
        }

        foreach (var part in TextValues.List(key, text).TakeWhile(_ => filled.Count < most))
        {
            filled.Add(Value(items, root, "", part, depth + 1));
        }

        while (filled.Count < least)
        {
            filled.Add(Value(items, root, key, text, depth + 1));
        }

        return filled;
    }

    private static JsonNode? Pick(JsonElement options, string text)
    {
        var labels = options.EnumerateArray().Select(option => option.ValueKind == JsonValueKind.String ? option.GetString()! : option.GetRawText()).ToList();
        var best = LabelClassifier.Rank(text, labels, [])[0].Text;
        return JsonNode.Parse(options[labels.IndexOf(best)].GetRawText());
    }

    private static JsonElement Branch(JsonElement branches, int depth)
    {
        // "T or null": T, until nesting (a list that holds itself) must end.
        var wantsNull = depth > DeepestNesting / 2;
        return branches.EnumerateArray().OrderBy(branch => (branch.TryGetProperty("type", out var type) && type.ValueEquals("null")) == wantsNull ? 0 : 1).First();
    }

    private static string TypeOf(JsonElement schema, int depth)
    {
        if (!schema.TryGetProperty("type", out var type))
        {
            return schema.TryGetProperty("properties", out _) || depth == 0 ? "object" : "string";
        }

        if (type.ValueKind != JsonValueKind.Array)
        {
            return type.GetString() ?? "string";
        }

        var types = type.EnumerateArray().Select(one => one.GetString() ?? "").ToList();
        return depth > DeepestNesting / 2 && types.Contains("null") ? "null" : types.Find(one => one != "null") ?? "null";
    }

    private static long Whole(JsonElement schema, string key, string text)
    {
        var value = Clamp(schema, Math.Truncate(TextValues.Number(key, text) ?? 0));
        var least = Limit(schema, "minimum") ?? Limit(schema, "exclusiveMinimum") ?? double.MinValue;
        return (long)(Math.Floor(value) >= least ? Math.Floor(value) : Math.Ceiling(value));
    }

    private static double Clamp(JsonElement schema, double value)
    {
        var step = schema.TryGetProperty("type", out var type) && type.ValueEquals("integer") ? 1 : 1e-6;
        var least = Limit(schema, "minimum") ?? Limit(schema, "exclusiveMinimum") + step ?? double.MinValue;
        var most = Limit(schema, "maximum") ?? Limit(schema, "exclusiveMaximum") - step ?? double.MaxValue;
        RequireRoom(least, most, "maximum");
        return Math.Max(least, Math.Min(most, value));
    }

    private static string String(JsonElement schema, string key, string text)
    {
        var format = schema.TryGetProperty("format", out var named) ? named.GetString() ?? "" : "";
        var value = TextValues.Text(key, format, text);
        var least = Limit(schema, "minLength") ?? 0;
        var most = Limit(schema, "maxLength") ?? int.MaxValue;
        RequireRoom(least, most, "maxLength");
        return (value.Length > most ? value[..(int)most] : value).PadRight((int)least, '-');
    }

    private static void RequireRoom(double least, double most, string keyword)
    {
        if (least > most)
        {
            throw new FormatException($"no value is as small as its '{keyword}' and as large as it must be.");
        }
    }

    private static double? Limit(JsonElement schema, string keyword) =>
        schema.TryGetProperty(keyword, out var limit) && limit.ValueKind == JsonValueKind.Number ? limit.GetDouble() : null;

    private static JsonElement Resolve(JsonElement root, string reference)
    {
        var target = root;
        foreach (var part in reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!target.TryGetProperty(part, out target))
            {
                throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"The reference '{reference}' leads nowhere."));
            }
        }

        return target;
    }
}
