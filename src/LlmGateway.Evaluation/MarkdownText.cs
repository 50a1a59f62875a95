using System.Globalization;
using System.Text;
using LlmGateway.Evaluation.Comparisons;

namespace LlmGateway.Evaluation;

/// <summary>Writes reports in Markdown.</summary>
internal static class MarkdownText
{
    /// <summary>Numbers are written the same everywhere.</summary>
    public static void Line(this StringBuilder text, FormattableString line) => text.Append(FormattableString.Invariant(line)).Append('\n');

    /// <summary>Names are the caller's own: they stay in their cell and start no markup.</summary>
    public static string Cell(string text)
    {
        var cell = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            cell.Append(c is '\n' or '\r' ? " " : c is '|' or '<' or '`' or '*' or '_' or '[' or '\\' ? $"\\{c}" : $"{c}");
        }

        return cell.ToString();
    }

    /// <summary>A figure with its interval, such as <c>0.3904 [0.3645, 0.4171]</c>.</summary>
    /// <param name="estimate">The figure.</param>
    /// <param name="isChange">Whether a plus is written too.</param>
    /// <param name="digits">After the point.</param>
    public static string Show(Estimate estimate, bool isChange = false, int digits = 4)
    {
        if (estimate.Value is not { } value)
        {
            return "–";
        }

        var plain = digits == 0 ? "0" : $"0.{new string('0', digits)}";
        var form = isChange ? $"+{plain};−{plain};{plain}" : $"{plain};−{plain};{plain}";
        var shown = value.ToString(form, CultureInfo.InvariantCulture);
        return estimate.Low is { } low && estimate.High is { } high
            ? $"{shown} [{low.ToString(form, CultureInfo.InvariantCulture)}, {high.ToString(form, CultureInfo.InvariantCulture)}]"
            : shown;
    }
}
