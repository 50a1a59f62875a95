using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fluid.Values;
using LlmGateway.Gateway.Prompts.Retrieval;

namespace LlmGateway.Gateway.Prompts.Templates;

/// <summary>The values that templates can name: JSON, never .NET objects.</summary>
internal sealed class TemplateScope
{
    private readonly Dictionary<string, FluidValue> _values = new(StringComparer.Ordinal);

    /// <summary>What the templates' blocks have looked up.</summary>
    public BlockRun Blocks { get; init; } = new(null);

    public IReadOnlyCollection<KeyValuePair<string, FluidValue>> Values => _values;

    /// <exception cref="FormatException">A number is outside ±7.9 × 10²⁸.</exception>
    public TemplateScope With(string name, JsonNode? value) => With(name, Value(value));

    public TemplateScope With(string name, FluidValue value)
    {
        _values[name] = value;
        return this;
    }

    /// <exception cref="FormatException">A number is outside ±7.9 × 10²⁸.</exception>
    public static FluidValue Value(JsonNode? node) => node switch
    {
        null => NilValue.Instance,
        JsonArray array => new ArrayValue([.. array.Select(Value)]),
        JsonObject members => Members(members.Select(member => KeyValuePair.Create(member.Key, Value(member.Value)))),
        _ => Value(node.AsValue()),
    };

    /// <summary>Characters, and one for every value.</summary>
    public static long Size(FluidValue value) => value switch
    {
        StringValue text => 1 + text.ToStringValue().Length,
        ArrayValue array => 1 + array.Values.Sum(Size),
        DictionaryValue dictionary when dictionary.ToObjectValue() is IFluidIndexable members => 1 + members.Keys.Sum(key => key.Length + Size(members, key)),
        _ => 1,
    };

    private static long Size(IFluidIndexable members, string key) => members.TryGetValue(key, out var value) ? Size(value) : 0;

    private static FluidValue Value(JsonValue value) => value.GetValueKind() switch
    {
        JsonValueKind.String => StringValue.Create(value.GetValue<string>()),
        JsonValueKind.Number => NumberValue.Create(Number(value)),
        var kind => BooleanValue.Create(kind == JsonValueKind.True),
    };

    private static decimal Number(JsonValue value) =>
        value.TryGetValue<decimal>(out var number) || decimal.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out number)
            ? number
            : throw new FormatException($"the number {value.ToJsonString()} is too large");

    private static DictionaryValue Members(IEnumerable<KeyValuePair<string, FluidValue>> members) =>
        new(new FluidValueDictionaryFluidIndexable(new Dictionary<string, FluidValue>(members, StringComparer.Ordinal)));
}
