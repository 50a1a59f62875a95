using System.Text.Json;
using LlmGateway.Evaluation.Templates;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Gates.Rules;

/// <summary>Items that have a value at a place: <c>{"field": "item.tier", "equals": "critical"}</c>. In a list it may stand anywhere.</summary>
internal sealed record ItemFilter(TemplatePath Path, JsonElement Value)
{
    private const int MaxLength = 1000;

    /// <exception cref="ApiException">The field is no reference to an item, or the value is no text, number, true or false (400).</exception>
    public static ItemFilter Read(JsonFields fields, TemplateScope scope)
    {
        fields.Only("field", "equals");
        var field = fields.At("field");
        var path = scope.BeforeSampling().Parse($$$"""{{ {{{fields.Text("field", MaxLength)}}} }}""", field).Paths.Single();
        var value = fields.Value("equals");
        return value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False
            ? new ItemFilter(path, value.Clone())
            : throw JsonFields.Invalid($"'{fields.At("equals")}' must be a text, a number, true or false.", fields.At("equals"));
    }

    public bool Matches(JsonElement item) => TemplatePath.Follow(item, Path.Steps) switch
    {
        null => false,
        { ValueKind: JsonValueKind.Array } list => list.EnumerateArray().Any(IsValue),
        { } value => IsValue(value),
    };

    public override string ToString() => $"{Path.Text} = {Value.GetRawText()}";

    private bool IsValue(JsonElement value) => JsonElement.DeepEquals(value, Value);
}
