using System.Text.Json.Nodes;
using Fluid.Values;

namespace LlmGateway.Gateway.Prompts.Retrieval;

internal enum BlockArgumentType
{
    Text,
    Integer,
    Number,
    Boolean,

    /// <summary>A text, a number, a boolean, or nothing.</summary>
    Value,

    /// <summary>A JSON object or array, from a variable.</summary>
    Json,
}

/// <summary>An argument of a block.</summary>
/// <param name="Name">Its name in the tag.</param>
/// <param name="Type">What it takes.</param>
/// <param name="IsNeeded">Whether the tag must have it, or what may stand in its place, with a value.</param>
/// <param name="Min">The least integer.</param>
/// <param name="Max">The greatest integer; of a text the most characters.</param>
internal sealed record BlockArgument(string Name, BlockArgumentType Type, bool IsNeeded = false, int Min = 0, int Max = int.MaxValue)
{
    /// <summary>The only texts it may be; empty for any.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>The argument that may stand in its place, and not beside it; null for none.</summary>
    public string? Or { get; init; }

    /// <summary>Whether it stands in the template itself and comes from no variable.</summary>
    public bool IsLiteral { get; init; }

    /// <returns>Null for nil, which counts as absent; of a text the empty one.</returns>
    /// <exception cref="BlockArgumentException">The value is of another type, or out of range.</exception>
    public JsonNode? Read(FluidValue value)
    {
        if (value.IsNil() && Type != BlockArgumentType.Text)
        {
            return IsNeeded ? throw new BlockArgumentException($"'{Name}' is needed, and has no value") : null;
        }

        return Type switch
        {
            BlockArgumentType.Text => ReadText(value.ToStringValue()),
            BlockArgumentType.Integer when value is NumberValue && value.ToNumberValue() is var number && decimal.IsInteger(number) && number >= Min && number <= Max => (int)number,
            BlockArgumentType.Number when value is NumberValue && value.ToNumberValue() is var number && number >= Min && number <= Max => number,
            BlockArgumentType.Boolean when value is BooleanValue => value.ToBooleanValue(),
            BlockArgumentType.Json when value is DictionaryValue or ArrayValue => ToJson(value),
            BlockArgumentType.Value when value is StringValue or NumberValue or BooleanValue => ToJson(value),
            BlockArgumentType.Number => throw new BlockArgumentException($"'{Name}' must be a number from {Min} to {Max}"),
            BlockArgumentType.Value => throw new BlockArgumentException($"'{Name}' must be a text, a number or a boolean"),
            BlockArgumentType.Integer => throw new BlockArgumentException($"'{Name}' must be an integer from {Min} to {Max}"),
            BlockArgumentType.Boolean => throw new BlockArgumentException($"'{Name}' must be true or false"),
            _ => throw new BlockArgumentException($"'{Name}' must be an object or an array, from a variable"),
        };
    }

    private string ReadText(string text) =>
        Choices.Count > 0 && !Choices.Contains(text) ? throw new BlockArgumentException($"'{Name}' must be one of: {string.Join(", ", Choices)}")
        : text.Length > Max ? throw new BlockArgumentException($"'{Name}' may have at most {Max:N0} characters")
        : IsNeeded && text.Length == 0 ? throw new BlockArgumentException($"'{Name}' is needed, and is empty")
        : text;

    private static JsonNode? ToJson(FluidValue value) => value switch
    {
        StringValue text => text.ToStringValue(),
        NumberValue number => number.ToNumberValue(),
        BooleanValue boolean => boolean.ToBooleanValue(),
        ArrayValue array => new JsonArray([.. array.Values.Select(ToJson)]),
        DictionaryValue dictionary when dictionary.ToObjectValue() is IFluidIndexable members =>
            new JsonObject(members.Keys.Select(key => KeyValuePair.Create(key, members.TryGetValue(key, out var member) ? ToJson(member) : null))),
        _ => null,
    };
}

/// <summary>An argument that does not fit; the message says why, without a full stop.</summary>
internal sealed class BlockArgumentException(string message) : Exception(message);
