using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace LlmGateway.Gateway.Guardrails;

/// <summary>
/// What stands for personal data in one call: the same data has the same placeholder everywhere in it. Those of the request are
/// put back into the answer.
/// </summary>
internal sealed partial class Placeholders
{
    /// <summary>Longer than any placeholder.</summary>
    private const int MaxLength = 40;

    /// <summary>What a placeholder is made of, in either form.</summary>
    private static readonly SearchValues<char> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_<>\\uce");

    private readonly Dictionary<(string Kind, string Value), string> _byValue = [];
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    /// <summary>Whether nothing has to be put back.</summary>
    public bool AreNone => _values.Count == 0;

    /// <summary>Notes what looks like a placeholder in the caller's own text: none of ours may be called the same.</summary>
    public void Avoid(string text)
    {
        foreach (Match match in Form().Matches(text))
        {
            _taken.Add(match.Groups["name"].Value);
        }
    }

    /// <summary>The placeholder of a value.</summary>
    /// <param name="kind">In capitals.</param>
    /// <param name="value">What it stands for.</param>
    /// <param name="restored">Whether it is put back into the answer: what the caller sent, not what a model made up.</param>
    public string For(string kind, string value, bool restored)
    {
        if (_byValue.TryGetValue((kind, value), out var known))
        {
            return known;
        }

        string name;
        do
        {
            var number = _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
            name = string.Create(CultureInfo.InvariantCulture, $"{kind}_{number}");
        }
        while (_taken.Contains(name));
        if (restored)
        {
            _values[name] = value;
        }

        return _byValue[(kind, value)] = $"<{name}>";
    }

    /// <summary>The text with the request's own data in place of their placeholders.</summary>
    /// <param name="text">A text of the answer.</param>
    /// <param name="isJson">Whether the text is itself JSON, as a tool call's arguments are: the data are then escaped.</param>
    public string Restore(string text, bool isJson)
    {
        if (AreNone || (!text.Contains('<', StringComparison.Ordinal) && !text.Contains('\\', StringComparison.Ordinal)))
        {
            return text;
        }

        return Form().Replace(text, match => _values.TryGetValue(match.Groups["name"].Value, out var value)
            ? isJson ? JsonEncodedText.Encode(value).ToString() : value
            : match.Value);
    }

    /// <summary>How much of a text may go out when more of it will come: all but a placeholder that may be cut.</summary>
    /// <param name="text">What has come.</param>
    /// <param name="length">How much of it shall go out.</param>
    public int UncutLength(ReadOnlySpan<char> text, int length)
    {
        if (AreNone)
        {
            return length;
        }

        var from = Math.Max(0, length - MaxLength);
        for (var start = from; start < length; start++)
        {
            if (text[start] is '<' or '\\' && IsCut(text[start..], length - start))
            {
                return start;
            }
        }

        return length;
    }

    /// <summary>Whether a placeholder begins at the text's start, or may do so when more comes, and ends behind <paramref name="length"/>.</summary>
    private static bool IsCut(ReadOnlySpan<char> text, int length)
    {
        var matches = Form().EnumerateMatches(text);
        return matches.MoveNext() && matches.Current.Index == 0
            ? matches.Current.Length > length
            : text.Length <= MaxLength && !text.ContainsAnyExcept(Letters);
    }

    /// <summary>Models that write JSON may escape the angle brackets.</summary>
    [GeneratedRegex(@"(?:<|\\u003[cC])(?<name>[A-Z]{1,12}_[0-9]{1,9})(?:>|\\u003[eE])")]
    private static partial Regex Form();
}
