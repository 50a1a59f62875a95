using System.Text.Json;
using LlmGateway.Service;

namespace LlmGateway.Evaluation;

/// <summary>An object of a request, read field by field; what is wrong is said with the field's path.</summary>
/// <param name="Element">The object.</param>
/// <param name="Path">Where it stands, such as <c>testing_criteria[0]</c>; empty for the body itself.</param>
internal readonly record struct JsonFields(JsonElement Element, string Path)
{
    private const int MaxTextLength = 100_000;

    /// <exception cref="ApiException">It is not an object (400).</exception>
    public static JsonFields Of(JsonElement element, string path) => element.ValueKind == JsonValueKind.Object
        ? new JsonFields(element, path)
        : throw Invalid($"{Named(path)} must be an object.", path);

    /// <summary>Refuses fields by other names: a misspelt setting must not pass unseen.</summary>
    public JsonFields Only(params ReadOnlySpan<string> names)
    {
        foreach (var member in Element.EnumerateObject())
        {
            if (!names.Contains(member.Name))
            {
                throw new ApiException(ApiErrors.BadRequest(
                    $"Unknown field '{member.Name}'; known are {string.Join(", ", names.ToArray())}.", At(member.Name), "unknown_parameter"));
            }
        }

        return this;
    }

    /// <summary>The value; null if it is absent or null.</summary>
    public JsonElement? Find(string name) =>
        Element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public JsonElement Value(string name) => Find(name)
        ?? throw new ApiException(ApiErrors.BadRequest($"Missing field '{At(name)}'.", At(name), "missing_required_parameter"));

    public JsonFields Object(string name) => Of(Value(name), At(name));

    public JsonFields? FindObject(string name) => Find(name) is { } value ? Of(value, At(name)) : null;

    public string Text(string name, int maxLength = MaxTextLength) => AsText(Value(name), At(name), maxLength);

    public string? FindText(string name, int maxLength = MaxTextLength) => Find(name) is { } value ? AsText(value, At(name), maxLength) : null;

    /// <summary>One of a few words.</summary>
    public string Choice(string name, params ReadOnlySpan<string> choices)
    {
        var text = Text(name);
        return choices.Contains(text)
            ? text
            : throw Invalid($"'{At(name)}' is '{Shortened(text)}'; supported are {string.Join(", ", choices.ToArray())}.", At(name));
    }

    public double? FindNumber(string name, double low, double high) => Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= low && number <= high ? number
        : throw Invalid($"'{At(name)}' must be a number from {low} to {high}.", At(name));

    public double Number(string name, double low, double high)
    {
        Value(name);
        return FindNumber(name, low, high)!.Value;
    }

    public int? FindInteger(string name, int low, int high) => Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= low && number <= high ? number
        : throw Invalid($"'{At(name)}' must be an integer from {low} to {high}.", At(name));

    public bool FindBoolean(string name, bool otherwise) => Find(name)?.ValueKind switch
    {
        null => otherwise,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Invalid($"'{At(name)}' must be true or false.", At(name)),
    };

    /// <summary>The elements of a list, each with its path.</summary>
    public IReadOnlyList<(JsonElement Element, string Path)> List(string name, int minimum, int maximum)
    {
        var path = At(name);
        var list = Value(name);
        if (list.ValueKind != JsonValueKind.Array)
        {
            throw Invalid($"'{path}' must be a list.", path);
        }

        var count = list.GetArrayLength();
        return count >= minimum && count <= maximum
            ? [.. list.EnumerateArray().Select((element, index) => (element, $"{path}[{index}]"))]
            : throw Invalid($"'{path}' has {count} elements; it may have {minimum} to {maximum}.", path);
    }

    public string At(string name) => Path.Length == 0 ? name : $"{Path}.{name}";

    public static ApiException Invalid(string message, string path) => new(ApiErrors.BadRequest(message, path));

    public static string AsText(JsonElement value, string path, int maxLength = MaxTextLength)
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Invalid($"'{path}' must be a string.", path);
        return text.Length <= maxLength ? text : throw Invalid($"'{path}' has {text.Length} characters; it may have {maxLength}.", path);
    }

    /// <summary>What a caller sent, fit for a message.</summary>
    public static string Shortened(string text) => text.Length <= 64 ? text : $"{text[..64]}…";

    private static string Named(string path) => path.Length == 0 ? "The body" : $"'{path}'";
}
