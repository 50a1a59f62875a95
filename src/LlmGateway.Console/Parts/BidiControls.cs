using System.Buffers;
using System.Globalization;
using System.Text;

namespace LlmGateway.Console.Parts;

/// <summary>
/// Characters that say in which direction what follows is read (Unicode's standard annex 9): in a model's text or a person's they can make
/// it read as something else than it is, to whoever judges it.
/// </summary>
internal static class BidiControls
{
    private static readonly SearchValues<char> All = SearchValues.Create("\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069");

    /// <summary>The text with each of them written out, such as <c>\u202E</c>.</summary>
    public static string Show(string text)
    {
        if (!text.AsSpan().ContainsAny(All))
        {
            return text;
        }

        var shown = new StringBuilder(text.Length + 16);
        foreach (var letter in text)
        {
            _ = All.Contains(letter) ? shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:X4}") : shown.Append(letter);
        }

        return shown.ToString();
    }
}
