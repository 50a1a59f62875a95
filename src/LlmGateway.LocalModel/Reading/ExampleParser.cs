using System.Text.RegularExpressions;

namespace LlmGateway.LocalModel;

/// <summary>Finds examples written as text: <c>Input: … Output: …</c> in lines of their own or on one line, and <c>text =&gt; label</c>.</summary>
internal static partial class ExampleParser
{
    private const string Inputs = "input|text|question|query|message|utterance|review|sentence|customer|user|q";
    private const string Outputs = "output|label|answer|intent|category|class|sentiment|assistant|a";

    /// <summary>The examples, and the last input that has no output (the one to answer) if there is one.</summary>
    public static (IReadOnlyList<Example> Examples, string? Open) Parse(string text)
    {
        var examples = new List<Example>();
        string? open = null;
        foreach (Match match in Pair().Matches(text))
        {
            var (input, output) = (match.Groups["input"].Value.Trim(), match.Groups["output"].Value.Trim());
            if (output.Length > 0)
            {
                examples.Add(new Example(input, output));
            }
            else
            {
                open = input;
            }
        }

        foreach (Match match in Arrow().Matches(text))
        {
            examples.Add(new Example(match.Groups["input"].Value.Trim(' ', '-', '*', '"', '\t'), match.Groups["output"].Value.Trim(' ', '"')));
        }

        return (examples, open);
    }

    [GeneratedRegex($@"^[ \t\-*]*(?:{Inputs})[ \t]*:[ \t]*(?<input>\S[^\n]*?)(?:[ \t]*\n\s*|[ \t]+)(?:{Outputs})[ \t]*:[ \t]*(?<output>[^\n]*)$", RegexOptions.IgnoreCase | RegexOptions.Multiline, 1000)]
    private static partial Regex Pair();

    [GeneratedRegex(@"^(?<input>[^\n]+?)[ \t]*(?:=>|->|→)[ \t]*(?<output>[^\n]+)$", RegexOptions.Multiline, 1000)]
    private static partial Regex Arrow();
}
