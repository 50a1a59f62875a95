using System.Globalization;
using LlmGateway.Evaluation.Comparisons;

namespace LlmGateway.Evaluation.Insights;

/// <summary>Figures as people read them.</summary>
internal static class InsightText
{
    /// <summary>Such as <c>+0.42 [+0.30, +0.53]</c>, or <c>up to +0.42</c> for what was not tried.</summary>
    public static string Gain(NextStep step) =>
        step.ExpectedGain.Value is null ? $"up to {Signed(new Estimate(step.ExpectedGain.High, null, null))}, not tried" : Signed(step.ExpectedGain);

    public static string Signed(Estimate? estimate) => estimate is null ? "–" : MarkdownText.Show(estimate, isChange: true, digits: 2);

    /// <summary>Such as <c>16 of 20 failed items (80 %)</c>.</summary>
    public static string Percent(ItemShare? share, string what) => share?.Value is null
        ? $"none of the {what}"
        : string.Create(CultureInfo.InvariantCulture, $"{share.Count} of {share.Of} {what} ({100 * share.Value:0} %)");

    public static string Percent(ItemShare? share) => share?.Value is null
        ? "–"
        : string.Create(CultureInfo.InvariantCulture, $"{share.Count} of {share.Of} ({100 * share.Value:0} %)");

    public static string Percent(Estimate estimate) =>
        string.Create(CultureInfo.InvariantCulture, $"{100 * estimate.Value:0} % [{100 * estimate.Low:0}, {100 * estimate.High:0}]");
}
