using System.Text;

namespace LlmGateway.Gateway.Retrieval;

/// <summary>Passages as a model reads them: each behind its mark, which the model writes where it uses the passage.</summary>
internal static class PassageText
{
    /// <summary>Brackets that stand in hardly any text, so that a mark is known for one.</summary>
    public const char Open = '【';

    public const char Close = '】';

    public static string Mark(int number) => $"{Open}{number}{Close}";

    public static string Write(IReadOnlyList<Passage> passages)
    {
        var text = new StringBuilder();
        for (var index = 0; index < passages.Count; index++)
        {
            text.Append(Write(passages[index], index + 1));
        }

        return text.ToString();
    }

    /// <summary>A text that holds marks itself cannot pass for another source.</summary>
    public static string Write(Passage passage, int number) => $"{Mark(number)} {Plain(passage.Filename).ReplaceLineEndings(" ")}\n{Plain(passage.Text).Trim()}\n\n";

    private static string Plain(string text) => text.Replace(Open, '[').Replace(Close, ']');
}
