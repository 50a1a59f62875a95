using System.Text.RegularExpressions;

namespace LlmGateway.System.Tests;

/// <summary>A request of a .http file, its variables not yet replaced.</summary>
internal sealed record HttpFileRequest(string Title, string? Name, string Method, string Url, IReadOnlyList<(string Name, string Value)> Headers, string Body, HttpFileGoal? Until);

/// <summary>What an answer's field has to be before the next request is sent.</summary>
internal sealed record HttpFileGoal(string Field, string Value);

/// <summary>
/// The part of editors' .http format that docs/http uses: <c>@variable = value</c>, <c>###</c> between requests, <c># @name</c>,
/// <c>{{name.response.body.$.field}}</c>, and our <c># @until field value</c>, a comment to editors.
/// </summary>
internal static partial class HttpFile
{
    public static (Dictionary<string, string> Variables, List<HttpFileRequest> Requests) Parse(string text)
    {
        var sections = Separator().Split(text.ReplaceLineEndings("\n"));
        var variables = Variable().Matches(sections[0]).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["value"].Value);
        return (variables, [.. sections.Skip(1).Select(Request)]);
    }

    private static HttpFileRequest Request(string section)
    {
        var lines = section.Split('\n');
        var comments = lines.Skip(1).TakeWhile(line => line.StartsWith('#')).ToList();
        var name = comments.Where(line => line.StartsWith("# @name ", StringComparison.Ordinal)).Select(line => line[8..].Trim()).FirstOrDefault();
        var until = comments.Where(line => line.StartsWith("# @until ", StringComparison.Ordinal)).Select(line => line[9..].Trim().Split(' ', 2))
            .Select(goal => new HttpFileGoal(goal[0], goal[1])).FirstOrDefault();
        var rest = lines.Skip(1 + comments.Count).ToList();
        var (method, url) = rest[0].Split(' ', 2) is [var first, var second] ? (first, second) : throw new FormatException($"No request line: '{rest[0]}'");
        var headers = rest.Skip(1).TakeWhile(line => line.Length > 0).Select(line => line.Split(": ", 2)).Select(pair => (pair[0], pair[1])).ToList();
        return new HttpFileRequest(lines[0].Trim(), name, method, url, headers, string.Join('\n', rest.Skip(1 + headers.Count)).Trim(), until);
    }

    /// <summary>Puts values in place of <c>{{…}}</c>.</summary>
    public static string Replace(string text, Func<string, string> valueOf) => Placeholder().Replace(text, match => valueOf(match.Groups["what"].Value));

    [GeneratedRegex("^###", RegexOptions.Multiline)]
    private static partial Regex Separator();

    [GeneratedRegex(@"^@(?<name>\w+)\s*=\s*(?<value>.+)$", RegexOptions.Multiline)]
    private static partial Regex Variable();

    [GeneratedRegex(@"\{\{(?<what>[^{}]+)\}\}")]
    private static partial Regex Placeholder();
}
