using System.Text.RegularExpressions;

namespace LlmGateway.LocalModel;

/// <summary>Answers from what the prompt holds: labels, examples, passages; says so when there is none of these.</summary>
internal static partial class Responder
{
    public static Answer Answer(Generation generation, int index)
    {
        if (generation.Learned is { } learned)
        {
            return LocalModel.Answer.Of(generation.Sampling.Choose(learned.Rank(generation.LastUserText), index).Text, generation.Sampling);
        }

        var lastIsToolResult = generation.Turns is [.., { Role: "tool" } result];
        if (!lastIsToolResult && ToolPicker.Pick(generation) is { Count: > 0 } calls)
        {
            return new Answer("", "tool_calls") { Calls = calls };
        }

        if (generation.Schema is { } schema)
        {
            return LocalModel.Answer.Of(SchemaFiller.Fill(schema, Material(generation)), generation.Sampling);
        }

        var text = lastIsToolResult ? FromTool(generation) : generation.Sampling.Choose(Rank(generation), index).Text;
        return LocalModel.Answer.Of(generation.JsonObject ? FreeObject.Fill(Prompt(generation), Material(generation), text) : text, generation.Sampling);
    }

    private static IReadOnlyList<Candidate> Rank(Generation generation)
    {
        var user = generation.LastUserText;
        var (written, open) = ExampleParser.Parse(Prompt(generation));
        List<Example> examples = [.. Shown(generation.Turns), .. written];
        var asked = open ?? Asked(user);
        var labels = Labels(generation.Instructions, user, examples);
        if (labels.Count > 0)
        {
            return LabelClassifier.Rank(asked, labels, examples);
        }

        if (examples.Count > 0 && (open is not null || written.Count > 0 || !ContextMarker().IsMatch(Prompt(generation))))
        {
            return NearestExample.Rank(asked, examples);
        }

        var question = Question(asked);
        var sentences = PassageReader.Rank(question, Passage(generation, question));
        return sentences.Count > 0 ? sentences : [new Candidate(Introduction(user), 1)];
    }

    // Labels may stand in the user's message as well: then only above the text to label. A passage's "one of" announces none.
    private static IReadOnlyList<string> Labels(string instructions, string user, List<Example> examples)
    {
        if (LabelParser.Parse(BeforePassage(instructions)) is { Count: > 0 } stated)
        {
            return stated;
        }

        if (LabelParser.Parse(BeforePassage(user)) is { Count: > 0 } asked && TextToLabel().IsMatch(user))
        {
            return asked;
        }

        var outputs = examples.Select(example => example.Output).Distinct(StringComparer.Ordinal).ToList();
        return outputs.Count > 1 && outputs.Count < examples.Count ? outputs : [];
    }

    // A user's message followed by an assistant's is an example.
    private static IEnumerable<Example> Shown(IReadOnlyList<ChatTurn> turns)
    {
        for (var i = 0; i + 1 < turns.Count; i++)
        {
            if (turns[i].Role == "user" && turns[i + 1] is { Role: "assistant", Text.Length: > 0 } answer)
            {
                yield return new Example(Asked(turns[i].Text), answer.Text);
            }
        }
    }

    private static string BeforePassage(string text) => ContextMarker().Match(text) is { Success: true } marker ? text[..marker.Index] : text;

    /// <summary>What is asked: after a marker such as "Question:", else everything.</summary>
    private static string Asked(string user) => TextToLabel().Matches(user) is [.., var marked] ? marked.Groups["text"].Value.Trim() : user;

    /// <summary>Of a text that also holds a passage, its last question.</summary>
    private static string Question(string asked)
    {
        var sentences = Sentences.Of(asked);
        var passage = sentences.Any(sentence => !sentence.EndsWith('?'));
        return passage && sentences.LastOrDefault(sentence => sentence.EndsWith('?')) is { } question ? question : asked;
    }

    // The passage is what the user sent beside the question, and what the instructions mark as one.
    private static string Passage(Generation generation, string query)
    {
        var user = generation.LastUserText;
        var at = user.LastIndexOf(query, StringComparison.Ordinal);
        var rest = at < 0 ? user : user.Remove(at, query.Length);
        rest = TrailingMarker().Replace(rest, "");
        var context = ContextMarker().Match(generation.Instructions) is { Success: true } marker ? generation.Instructions[marker.Index..] : "";
        var told = string.Join('\n', generation.Turns.Where(turn => turn.Role == "tool").Select(turn => turn.Text));
        return $"{context}\n{rest}\n{told}".Trim();
    }

    private static string FromTool(Generation generation)
    {
        var result = generation.Turns[^1].Text;
        return PassageReader.Rank(generation.LastUserText, result) is [var best, ..] ? best.Text : result;
    }

    private static string Material(Generation generation) =>
        string.Join('\n', generation.Turns.Where(turn => turn.Role is "user" or "tool").Select(turn => turn.Text));

    private static string Prompt(Generation generation) => $"{generation.Instructions}\n{generation.LastUserText}";

    private static string Introduction(string user)
    {
        var asked = user.Length <= 200 ? user : user[..(char.IsHighSurrogate(user[199]) ? 199 : 200)] + "…";
        return "I am the gateway's local stand-in, not a language model. I can pick one of the labels that the instructions list, "
            + "follow examples, find the sentence of a given passage that answers a question, fill a JSON schema and call tools. "
            + $"Nothing in this prompt lets me do so. You wrote: {asked}";
    }

    [GeneratedRegex(@"^[ \t]*(?:question|query|text|input|message|utterance|review|q)[ \t]*:\s*(?<text>.+?)\s*(?:^[ \t]*(?:answer|output|label|intent|category|a)[ \t]*:?\s*)?\z", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.RightToLeft, 1000)]
    private static partial Regex TextToLabel();

    [GeneratedRegex(@"\b(?:context|passage|document|source|paragraph|article|excerpt)s?\b[^:\n]{0,40}:", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex ContextMarker();

    [GeneratedRegex(@"(?:question|query|answer|q|a)[ \t]*:\s*(?=\z|\n)", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex TrailingMarker();
}
