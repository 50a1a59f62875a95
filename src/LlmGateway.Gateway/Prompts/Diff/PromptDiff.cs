using System.Text;
using System.Text.Json;
using LlmGateway.Gateway.Prompts.Files;

namespace LlmGateway.Gateway.Prompts.Diff;

/// <summary>What is different between two versions of a prompt.</summary>
/// <param name="Messages">Those that are not the same, in the order of the second version; removed ones where they were.</param>
/// <param name="Members">All but the messages, in the order of their paths.</param>
internal sealed record PromptDiff(IReadOnlyList<MessageDiff> Messages, IReadOnlyList<MemberDiff> Members)
{
    /// <param name="a">From.</param>
    /// <param name="b">To.</param>
    public static PromptDiff Between(PromptContent a, PromptContent b) => new(
        MessageAlignment.Between(a.Messages, b.Messages),
        MemberDiff.Between(WithoutMessages(a), WithoutMessages(b)));

    /// <summary>For people: each part with a heading, lines with '-' and '+' as in a unified diff.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        foreach (var message in Messages)
        {
            text.Append("@@ ").Append(message.Heading).Append(" @@\n");
            foreach (var line in message.Lines)
            {
                text.Append(line.Mark).Append(line.Text).Append('\n');
            }
        }

        foreach (var member in Members)
        {
            text.Append("@@ ").Append(member.Path).Append(" @@\n");
            Append(text, '-', member.From);
            Append(text, '+', member.To);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, char mark, JsonElement? value)
    {
        if (value is { } there)
        {
            text.Append(mark).Append(there.GetRawText().ReplaceLineEndings(" ")).Append('\n');
        }
    }

    private static JsonElement WithoutMessages(PromptContent content) =>
        JsonSerializer.SerializeToElement(content with { Messages = [] }, PromptFileJsonContext.Default.PromptContent);
}
