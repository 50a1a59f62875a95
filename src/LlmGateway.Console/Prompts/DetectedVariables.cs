using System.Text.RegularExpressions;

namespace LlmGateway.Console.Prompts;

/// <summary>
/// The variables that Liquid templates seem to use, to offer them for declaration. The API reads templates properly and has the last
/// word; this only saves typing.
/// </summary>
internal static partial class DetectedVariables
{
    private static readonly HashSet<string> Words =
        ["and", "or", "contains", "in", "true", "false", "nil", "null", "empty", "blank", "limit", "offset", "reversed", "forloop", "steps", "as", "with"];

    private static readonly HashSet<string> Assigning = ["assign", "capture", "increment", "decrement"];

    /// <summary>Names in the order in which they stand first.</summary>
    public static IReadOnlyList<string> In(IEnumerable<string> templates)
    {
        var (used, own) = (new List<string>(), new HashSet<string>());
        foreach (var template in templates)
        {
            foreach (Match tag in Tag().Matches(Skipped().Replace(template, "")))
            {
                Read(tag, used, own);
            }
        }

        return [.. used.Where(name => !own.Contains(name)).Distinct()];
    }

    private static void Read(Match tag, List<string> used, HashSet<string> own)
    {
        var name = tag.Groups["name"].Value;
        var content = Literal().Replace(tag.Groups["output"].Success ? tag.Groups["output"].Value : tag.Groups["content"].Value, " ");
        foreach (Match named in As().Matches(content))
        {
            own.Add(named.Groups[1].Value);
        }

        var names = Name().Matches(content).Select(match => match.Value).Where(word => !Words.Contains(word)).ToList();
        if ((Assigning.Contains(name) || name == "for") && names.Count > 0)
        {
            own.Add(names[0]);
            names.RemoveAt(0);
        }

        used.AddRange(names);
    }

    [GeneratedRegex(@"\{%-?\s*(raw|comment)\s*-?%\}.*?\{%-?\s*end\1\s*-?%\}", RegexOptions.Singleline)]
    private static partial Regex Skipped();

    [GeneratedRegex(@"\{\{-?(?<output>.*?)-?\}\}|\{%-?\s*(?<name>\w+)(?<content>.*?)-?%\}", RegexOptions.Singleline)]
    private static partial Regex Tag();

    [GeneratedRegex("""
        "[^"]*"|'[^']*'
        """)]
    private static partial Regex Literal();

    /// <summary>A name that is no member, no filter and no argument's name.</summary>
    [GeneratedRegex(@"(?<![\w.]|\|\s*)[A-Za-z_]\w*(?!\w|\s*:)")]
    private static partial Regex Name();

    [GeneratedRegex(@"\bas:\s*(\w+)")]
    private static partial Regex As();
}
