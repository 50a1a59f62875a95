using LlmGateway.Evaluation.Templates;

namespace LlmGateway.Evaluation.Graders;

/// <summary>
/// Ours: <c>classification</c>, whether the predicted label is the reference's. Labels are compared without case and without what
/// surrounds their letters and digits: <c>"Refund".</c> is <c>refund</c>. A prediction that is none of the labels is unknown, and
/// wrong. A run's result has the measures of a classifier over all items (<see cref="Runs.ClassificationView"/>).
/// </summary>
internal sealed class ClassificationGrader : IGrader
{
    public const string Kind = "classification";

    /// <summary>A run's confusion matrix has up to the square of it.</summary>
    private const int MaxLabels = 200;

    private const int MaxLabelLength = 200;

    private readonly Template _input;
    private readonly Template _reference;

    /// <summary>Each label by its normal form.</summary>
    private readonly Dictionary<string, string> _labels;

    private ClassificationGrader(string name, Template input, Template reference, Dictionary<string, string> labels) =>
        (Name, _input, _reference, _labels) = (name, input, reference, labels);

    public string Name { get; }

    public string Type => Kind;

    public bool IsBinary => true;

    public bool CallsModels => false;

    public static ClassificationGrader Read(JsonFields fields, TemplateScope scope)
    {
        fields.Only("type", "name", "input", "reference", "labels");
        return new ClassificationGrader(
            fields.GraderName(), fields.TemplateOrOutput("input", scope), fields.Template("reference", scope), ReadLabels(fields));
    }

    public Task<Grade> GradeAsync(GradedItem item, CancellationToken cancellationToken)
    {
        var reference = _reference.Render(item.Values);
        if (Find(reference) is not { } actual)
        {
            return Task.FromResult(Grade.Failed($"The reference '{JsonFields.Shortened(reference)}' is none of the labels."));
        }

        var predicted = Find(_input.Render(item.Values));
        return Task.FromResult(Grade.Binary(actual == predicted) with { Labels = new LabelPair(actual, predicted) });
    }

    private string? Find(string text) => _labels.GetValueOrDefault(Normalize(text));

    private static Dictionary<string, string> ReadLabels(JsonFields fields)
    {
        var labels = new Dictionary<string, string>();
        foreach (var (element, path) in fields.List("labels", 2, MaxLabels))
        {
            var label = JsonFields.AsText(element, path, MaxLabelLength);
            if (Normalize(label).Length == 0 || !labels.TryAdd(Normalize(label), label))
            {
                throw JsonFields.Invalid($"'{path}' is '{label}', which is empty or like another label but for case and punctuation.", path);
            }
        }

        return labels;
    }

    private static string Normalize(string label)
    {
        var (start, end) = (0, label.Length);
        while (start < end && !char.IsLetterOrDigit(label[start]))
        {
            start++;
        }

        while (end > start && !char.IsLetterOrDigit(label[end - 1]))
        {
            end--;
        }

        return label[start..end].ToLowerInvariant();
    }
}
