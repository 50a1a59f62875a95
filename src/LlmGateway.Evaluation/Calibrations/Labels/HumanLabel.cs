using System.Globalization;

namespace LlmGateway.Evaluation.Calibrations.Labels;

/// <summary>A person's judgement as it is written down.</summary>
internal static class HumanLabel
{
    /// <summary>Null for what is no judgement.</summary>
    /// <param name="text">A word or a number, in whatever case.</param>
    /// <param name="threshold">From where on a number passes; null where only 1 and 0 are judgements.</param>
    public static bool? Read(string text, double? threshold)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            return threshold is { } from ? number >= from
                : number == 1 ? true
                : number == 0 ? false
                : null;
        }

        return text.ToUpperInvariant() switch
        {
            "PASS" or "PASSED" or "TRUE" or "YES" => true,
            "FAIL" or "FAILED" or "FALSE" or "NO" => false,
            _ => null,
        };
    }
}
