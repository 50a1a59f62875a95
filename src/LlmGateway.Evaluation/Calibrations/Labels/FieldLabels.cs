using LlmGateway.Evaluation.Templates;

namespace LlmGateway.Evaluation.Calibrations.Labels;

/// <summary>
/// A field of the items: <c>{"type": "field", "value": "{{ item.human }}"}</c>. It is true, pass, yes or 1, or their opposites,
/// or a number, which passes from <c>pass_threshold</c> on. What is absent or empty is no label.
/// </summary>
internal sealed class FieldLabels : IHumanLabels
{
    private readonly Template _value;
    private readonly string _field;
    private readonly double? _threshold;

    private FieldLabels(Template value, string field, double? threshold) => (_value, _field, _threshold) = (value, field, threshold);

    public static FieldLabels Read(JsonFields fields, TemplateScope scope)
    {
        fields.Only("type", "value", "pass_threshold");
        return new FieldLabels(
            scope.Parse(fields.Text("value"), fields.At("value")), fields.At("value"), fields.FindNumber("pass_threshold", double.MinValue, double.MaxValue));
    }

    public bool? Find(LabelledOutput output)
    {
        if (Render(output) is not { Length: > 0 } text)
        {
            return null;
        }

        return HumanLabel.Read(text, _threshold) ?? throw JsonFields.Invalid(
            $"Item {output.Index}: '{JsonFields.Shortened(text)}' is no label; expected pass or fail, true or false, yes or no, 1 or 0, or a number with 'pass_threshold' beside 'value'.",
            _field);
    }

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
