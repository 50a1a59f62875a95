using System.Globalization;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Calibrations.Labels;

/// <summary>
/// Which labels are a pass: the words and numbers that say so; numbers from <c>pass_threshold</c> on; or the texts among
/// <c>passing_labels</c>, where every other text is a fail.
/// </summary>
internal sealed record LabelRule(double? Threshold, IReadOnlyList<string> PassingLabels)
{
    private const int MostLabels = 100;
    private const int LongestLabel = 200;

    /// <summary>The fields by which it is given.</summary>
    public const string ThresholdField = "pass_threshold";

    /// <inheritdoc cref="ThresholdField"/>
    public const string LabelsField = "passing_labels";

    /// <exception cref="ApiException">It is malformed (400).</exception>
    public static LabelRule Read(JsonFields fields) => new(
        fields.FindNumber(ThresholdField, double.MinValue, double.MaxValue),
        fields.Find(LabelsField) is null ? [] : [.. fields.List(LabelsField, 1, MostLabels).Select(entry => JsonFields.AsText(entry.Element, entry.Path, LongestLabel))]);

    /// <param name="label">A word or a number, in whatever case.</param>
    /// <param name="place">Where it stands, for the message.</param>
    /// <param name="field">The request's field that led there.</param>
    /// <exception cref="ApiException">It is no judgement (400).</exception>
    public bool Passes(string label, string place, string field) => Find(label) ?? throw JsonFields.Invalid(
        $"{place}: '{JsonFields.Shortened(label)}' is no label; expected pass or fail, true or false, yes or no, 1 or 0; or give '{ThresholdField}' for numbers, or '{LabelsField}' for other texts.",
        field);

    private bool? Find(string label)
    {
        if (PassingLabels.Count > 0)
        {
            return PassingLabels.Contains(label, StringComparer.OrdinalIgnoreCase);
        }

        if (double.TryParse(label, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            return Threshold is { } from ? number >= from
                : number == 1 ? true
                : number == 0 ? false
                : null;
        }

        return label.ToUpperInvariant() switch
        {
            "PASS" or "PASSED" or "TRUE" or "YES" => true,
            "FAIL" or "FAILED" or "FALSE" or "NO" => false,
            _ => null,
        };
    }
}
