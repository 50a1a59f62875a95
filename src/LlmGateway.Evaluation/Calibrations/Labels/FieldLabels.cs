using LlmGateway.Evaluation.Templates;

namespace LlmGateway.Evaluation.Calibrations.Labels;

/// <summary>A field of the items: <c>{"type": "field", "value": "{{ item.human }}"}</c>. What is absent or empty is no label.</summary>
internal sealed class FieldLabels : IHumanLabels
{
    private readonly Template _value;
    private readonly string _field;
    private readonly LabelRule _rule;

    private FieldLabels(Template value, string field, LabelRule rule) => (_value, _field, _rule) = (value, field, rule);

    public static FieldLabels Read(JsonFields fields, TemplateScope scope)
    {
        fields.Only("type", "value", LabelRule.ThresholdField, LabelRule.LabelsField);
        return new FieldLabels(scope.Parse(fields.Text("value"), fields.At("value")), fields.At("value"), LabelRule.Read(fields));
    }

    public bool? Find(LabelledOutput output) => Render(output) is { Length: > 0 } label ? _rule.Passes(label, $"Item {output.Index}", _field) : null;

    private string? Render(LabelledOutput output)
    {
        try
        {
            return _value.Render(new TemplateValues(output.Item, null)).Trim();
        }
        catch (TemplateException)
        {
            return null;
        }
    }
}
