using System.Text.RegularExpressions;

namespace LlmGateway.Retrieval.Sources.Http;

/// <summary>A path with parameters in braces.</summary>
internal static partial class PathTemplate
{
    /// <summary>The parameters that it uses.</summary>
    public static IReadOnlyList<string> Names(string template) => [.. Pattern().Matches(template).Select(match => match.Groups[1].Value).Distinct(StringComparer.Ordinal)];

    /// <summary>The path with each parameter as one segment, or a part of one: a value cannot lead elsewhere.</summary>
    public static string Fill(string template, IReadOnlyDictionary<string, string> values) =>
        Pattern().Replace(template, match => Uri.EscapeDataString(values[match.Groups[1].Value]));

    [GeneratedRegex("{([A-Za-z_][A-Za-z0-9_]*)}")]
    private static partial Regex Pattern();
}
