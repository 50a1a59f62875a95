using System.Globalization;
using System.Text.RegularExpressions;

namespace LlmGateway.Text.Metrics;

/// <summary>
/// Numbers in a text. A number may have a sign, thousands separated by commas, decimals and an exponent, or be a fraction:
/// <c>#### 1,234</c>, <c>-0.5</c>, <c>1e-3</c>, <c>3/4</c>. What stands around it, such as $ or %, is passed over:
/// <c>45%</c> is 45. A minus after a letter or digit is a hyphen, and what has more than one slash is a date and no number.
/// </summary>
public static partial class NumericAnswer
{
    /// <summary>The last number, which is where an answer usually ends; null for none.</summary>
    public static double? Last(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        double? last = null;
        foreach (var match in Number().EnumerateMatches(text))
        {
            last = Read(text.AsSpan(match.Index, match.Length)) ?? last;
        }

        return last;
    }

    /// <summary>The first number; null for none.</summary>
    public static double? First(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var match in Number().EnumerateMatches(text))
        {
            if (Read(text.AsSpan(match.Index, match.Length)) is { } number)
            {
                return number;
            }
        }

        return null;
    }

    /// <summary>Null for a date, and for what is beyond a double.</summary>
    private static double? Read(ReadOnlySpan<char> text)
    {
        var slash = text.IndexOf('/');
        if (slash < 0)
        {
            return Parse(text);
        }

        return text.LastIndexOf('/') == slash && Parse(text[..slash]) is { } over && Parse(text[(slash + 1)..]) is { } under and not 0 ? over / under : null;
    }

    private static double? Parse(ReadOnlySpan<char> text)
    {
        var plain = text.ToString().Replace('\u2212', '-');
        return double.TryParse(plain, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
    }

    [GeneratedRegex(
        """(?:(?<!\w)[-+\u2212])?(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+|(?=\.[0-9]))(?:\.[0-9]+)?(?:[eE][-+]?[0-9]{1,3}\b)?(?:/[0-9]+)*""",
        RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
