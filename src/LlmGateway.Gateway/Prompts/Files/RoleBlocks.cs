using System.Text;
using System.Text.RegularExpressions;

namespace LlmGateway.Gateway.Prompts.Files;

/// <summary>
/// Messages as blocks: a line <c>&lt;user&gt;</c>, the message, a line <c>&lt;/user&gt;</c>. The line breaks at the tags are not the
/// message's. A line of a message that looks like a tag is written with a backslash before it, which reading takes away.
/// </summary>
internal static partial class RoleBlocks
{
    public static string Write(IReadOnlyList<PromptMessage> messages)
    {
        var text = new StringBuilder();
        foreach (var message in messages)
        {
            text.Append('<').Append(message.Role).Append(">\n");
            foreach (var line in message.Content.Split('\n'))
            {
                text.Append(LooksLikeTag().IsMatch(line) ? "\\" : "").Append(line).Append('\n');
            }

            text.Append("</").Append(message.Role).Append(">\n");
        }

        return text.ToString();
    }

    /// <param name="lines">Of the whole file.</param>
    /// <param name="start">Where the blocks begin, from 0.</param>
    /// <exception cref="PromptFileException">A text stands outside a block, or a block does not end.</exception>
    public static IReadOnlyList<PromptMessage> Read(string[] lines, int start)
    {
        var messages = new List<PromptMessage>();
        for (var index = start; index < lines.Length; index++)
        {
            if (string.IsNullOrWhiteSpace(lines[index]))
            {
                continue;
            }

            var opening = Opening().Match(lines[index]);
            if (!opening.Success)
            {
                throw new PromptFileException("a line <system>, <developer>, <user> or <assistant> is needed before a message's text", index + 1);
            }

            var role = opening.Groups[1].Value;
            var end = Array.IndexOf(lines, $"</{role}>", index + 1);
            if (end < 0)
            {
                throw new PromptFileException($"no line </{role}> ends the message that begins here", index + 1);
            }

            messages.Add(new PromptMessage(role, string.Join('\n', lines[(index + 1)..end].Select(Unescaped))));
            index = end;
        }

        return messages;
    }

    private static string Unescaped(string line) => line.StartsWith('\\') && LooksLikeTag().IsMatch(line) ? line[1..] : line;

    [GeneratedRegex(@"^<(system|developer|user|assistant)>\z")]
    private static partial Regex Opening();

    [GeneratedRegex(@"^\\*</?(system|developer|user|assistant)>\z", RegexOptions.ExplicitCapture)]
    private static partial Regex LooksLikeTag();
}
