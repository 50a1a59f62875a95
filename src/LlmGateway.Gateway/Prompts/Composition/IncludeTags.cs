using System.Text.RegularExpressions;

namespace LlmGateway.Gateway.Prompts.Composition;

/// <summary>
/// The tag <c>{% prompt "name@label" %}</c>, which stands for another prompt's text. It is taken out of a text before the text
/// becomes a template; inside <c>raw</c> and <c>comment</c> it is text like any other.
/// </summary>
internal static partial class IncludeTags
{
    public static IEnumerable<string> ReferencesIn(string text) =>
        !Contains(text) ? [] : Tags().Matches(text).Where(match => match.Groups[1].Success).Select(match => match.Groups[1].Value);

    /// <param name="text">A message's text.</param>
    /// <param name="textOf">What stands for a reference.</param>
    public static string Replace(string text, Func<string, string> textOf) =>
        Contains(text) ? Tags().Replace(text, match => match.Groups[1].Success ? textOf(match.Groups[1].Value) : match.Value) : text;

    /// <summary>The text without the tags, each other character at its line and column.</summary>
    public static string Blank(string text) =>
        Contains(text) ? Tags().Replace(text, match => match.Groups[1].Success ? new string(' ', match.Length) : match.Value) : text;

    private static bool Contains(string text) => text.Contains("prompt", StringComparison.Ordinal);

    [GeneratedRegex(
        """\{%-?\s*raw\s*-?%\}.*?\{%-?\s*endraw\s*-?%\}|\{%-?\s*comment\s*-?%\}.*?\{%-?\s*endcomment\s*-?%\}|\{%[ \t]*prompt[ \t]+["']([^"'%{}\r\n]{1,160})["'][ \t]*%\}""",
        RegexOptions.Singleline | RegexOptions.NonBacktracking)]
    private static partial Regex Tags();
}
