using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace LlmGateway.LocalModel;

/// <summary>A JSON object where no schema is given: with the keys that the prompt names ("with the keys city and date"), else with the answer.</summary>
internal static partial class FreeObject
{
    public static string Fill(string prompt, string text, string answer)
    {
        var keys = Keys(prompt);
        var filled = new JsonObject(keys.Select(key => KeyValuePair.Create(key, (JsonNode?)JsonValue.Create(TextValues.Text(key, "", text)))));
        if (keys.Count == 0)
        {
            filled["answer"] = answer;
        }

        return SchemaFiller.Write(filled);
    }

    private static List<string> Keys(string prompt) => Named().Match(prompt) is { Success: true } named
        ? [.. Key().Matches(named.Groups["list"].Value).Select(match => match.Value).Where(key => key is not ("and" or "or" or "the")).Distinct(StringComparer.Ordinal)]
        : [];

    [GeneratedRegex(@"\b(?:keys?|fields?|properties)\b(?:\s+(?:named|called|are|is))?\s*:?\s*(?<list>(?:[""'`]?\w+[""'`]?(?:\s*,\s*(?:and\s+)?|\s+and\s+)?)+?)(?=[.;\n]|\s+(?!and\b)\w|\z)", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Named();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Key();
}
