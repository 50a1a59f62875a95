using System.Globalization;
using System.Text.RegularExpressions;
using LlmGateway.Text.Similarity;

namespace LlmGateway.LocalModel;

/// <summary>Finds values in a text by the name of the field they are for.</summary>
internal static partial class TextValues
{
    /// <summary>The number nearest after the field's name, else the text's first; null without one.</summary>
    public static double? Number(string key, string text)
    {
        var from = PositionOf(key, text);
        var found = Numeral().Match(text, from) is { Success: true } after ? after : Numeral().Match(text);
        return found.Success ? double.Parse(found.Value.Replace(",", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) : null;
    }

    /// <summary>Whether the text affirms the field: its words stand there and no "not" or "no" stands just before.</summary>
    public static bool Boolean(string key, string text)
    {
        var words = Words.Of(key.Replace('_', ' ')).Where(word => word is not ("is" or "has" or "was" or "are")).ToList();
        var told = Words.Of(text);
        var at = told.ToList().FindIndex(word => words.Exists(wanted => word.StartsWith(wanted, StringComparison.Ordinal)));
        if (at < 0)
        {
            return false;
        }

        return !told.Skip(Math.Max(0, at - 3)).Take(6).Any(word => word is "not" or "no" or "never" or "false" or "without" or "isn" or "don" or "t");
    }

    /// <summary>The parts of a listing after the field's name ("tags: a, b and c"); empty without one.</summary>
    public static IReadOnlyList<string> List(string key, string text)
    {
        var value = After(key, text);
        return value is null ? [] : [.. Separator().Split(value).Select(part => part.Trim(' ', '.', '"', '\'')).Where(part => part.Length > 0)];
    }

    /// <summary>A text for the field: in the named format, after the field's name, a name where one is asked for, else the sentence that fits best.</summary>
    public static string Text(string key, string format, string text)
    {
        switch (format)
        {
            case "email":
                return First(Email(), text) ?? "unknown@example.com";
            case "date":
                return (Day(text) ?? DateOnly.MinValue).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            case "date-time":
                return (Day(text) ?? DateOnly.MinValue).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + "T00:00:00Z";
            case "time":
                return First(Clock(), text) is { } clock ? $"{clock}:00Z" : "00:00:00Z";
            case "uri" or "url":
                return First(Address(), text) ?? "https://example.com/";
            case "uuid":
                return First(Identifier(), text) ?? Guid.Empty.ToString();
            case "ipv4":
                return First(Internet4(), text) ?? "0.0.0.0";
        }

        var name = key.ToLowerInvariant();
        return (AsksForName(name) ? First(Proper(), After(key, text) ?? text) : null)
            ?? After(key, text)
            ?? (name.Contains("mail", StringComparison.Ordinal) ? First(Email(), text) : null)
            ?? (name.Contains("url", StringComparison.Ordinal) || name.Contains("link", StringComparison.Ordinal) ? First(Address(), text) : null)
            ?? (name.Contains("date", StringComparison.Ordinal) ? Day(text)?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : null)
            ?? (name is "city" or "location" or "place" or "country" or "destination" ? Place().Match(text) is { Success: true } place ? place.Groups["name"].Value : null : null)
            ?? (PassageReader.Rank(key.Replace('_', ' '), text) is [var best, ..] ? best.Text : text.Trim());
    }

    private static bool AsksForName(string key) => key.Contains("name", StringComparison.Ordinal) || key is "person" or "customer" or "author";

    // "Key: value" up to the end of its line or clause, and "key is value".
    private static string? After(string key, string text)
    {
        if (key.Length == 0)
        {
            return null;
        }

        var pattern = $@"\b{Regex.Escape(key.Replace('_', ' ')).Replace(@"\ ", "[ _-]", StringComparison.Ordinal)}\b[ \t]*(?::|=|\bis\b|\bare\b)[ \t]*(?<value>[^\n;.]+(?:\.\w[^\n;.]*)*)";
        var match = Regex.Match(text, pattern, RegexOptions.IgnoreCase, TimeSpan.FromSeconds(1));
        return match.Success ? match.Groups["value"].Value.Trim(' ', '"', '\'') : null;
    }

    private static int PositionOf(string key, string text) =>
        key.Length == 0 ? 0 : Math.Max(0, text.IndexOf(key.Replace('_', ' '), StringComparison.OrdinalIgnoreCase));

    private static DateOnly? Day(string text)
    {
        foreach (Match match in DayPattern().Matches(text))
        {
            if (DateOnly.TryParse(match.Value, CultureInfo.InvariantCulture, out var day))
            {
                return day;
            }
        }

        return null;
    }

    private static string? First(Regex pattern, string text) => pattern.Match(text) is { Success: true } match ? match.Value : null;

    [GeneratedRegex(@"(?<![\w.])-?(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d{1,9})?", RegexOptions.None, 1000)]
    private static partial Regex Numeral();

    [GeneratedRegex(@"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", RegexOptions.None, 1000)]
    private static partial Regex Email();

    [GeneratedRegex(@"https?://[^\s""'<>)]*[^\s""'<>).,]", RegexOptions.None, 1000)]
    private static partial Regex Address();

    [GeneratedRegex(@"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b")]
    private static partial Regex Identifier();

    [GeneratedRegex(@"\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b")]
    private static partial Regex Internet4();

    [GeneratedRegex(@"\b(?:[01]\d|2[0-3]):[0-5]\d\b")]
    private static partial Regex Clock();

    [GeneratedRegex(@"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December) \d{4}\b|\b(?:January|February|March|April|May|June|July|August|September|October|November|December) \d{1,2},? \d{4}\b", RegexOptions.IgnoreCase)]
    private static partial Regex DayPattern();

    [GeneratedRegex(@"\b(?:in|at|to|from|for|of|near) (?<name>\p{Lu}[\p{L}'-]+(?: \p{Lu}[\p{L}'-]+)*)")]
    private static partial Regex Place();

    [GeneratedRegex(@"(?<=\b(?:name is|am|called|Mr\.?|Mrs\.?|Ms\.?|Dr\.?|by|from|for) )\p{Lu}[\p{L}'-]+(?: \p{Lu}[\p{L}'-]+)*|\p{Lu}[\p{L}'-]+(?: \p{Lu}[\p{L}'-]+)+")]
    private static partial Regex Proper();

    [GeneratedRegex(@"\s*(?:,\s*(?:and|or)\s+|,|\s+and\s+|\s+or\s+)\s*")]
    private static partial Regex Separator();
}
