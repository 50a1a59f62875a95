using System.Text.Json;
using LlmGateway.Statistics;

namespace LlmGateway.Datasets.Annotations.Results;

/// <summary>Answers as categories, in their order where they have one.</summary>
internal sealed class AnswerScale
{
    private readonly Dictionary<string, int> _categories;

    private AnswerScale(Measurement measurement, IReadOnlyList<string> ordered, IReadOnlyList<double>? values)
    {
        Measurement = measurement;
        Values = values;
        _categories = ordered.Index().ToDictionary(entry => entry.Item, entry => entry.Index, StringComparer.Ordinal);
    }

    public Measurement Measurement { get; }

    public int Count => _categories.Count;

    /// <summary>What categories are worth, for numbers.</summary>
    public IReadOnlyList<double>? Values { get; }

    public static AnswerScale Of(AnswerType type, IEnumerable<string> answers)
    {
        var given = answers.Distinct(StringComparer.Ordinal).ToList();
        if (type.Type == AnswerType.Number)
        {
            return new AnswerScale(Measurement.Interval, given, [.. given.Select(answer => type.NumberOf(answer)!.Value)]);
        }

        return type.Ordered == true
            ? new AnswerScale(Measurement.Ordinal, [.. type.Options!.Select(option => JsonSerializer.Serialize(option, DatasetsJsonContext.Default.String))], null)
            : new AnswerScale(Measurement.Nominal, given, null);
    }

    public int CategoryOf(string answer) => _categories[answer];
}
