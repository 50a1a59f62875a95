namespace LlmGateway.Gateway.Structured;

/// <summary>The Markdown that models put round JSON, asked or not.</summary>
internal static class CodeFence
{
    private const string Mark = "```";

    /// <returns>What stands inside when the whole text is one fenced block, else the text.</returns>
    public static string TakeOff(string text)
    {
        var trimmed = text.AsSpan().Trim();
        if (!trimmed.StartsWith(Mark) || !trimmed.EndsWith(Mark))
        {
            return text;
        }

        var begin = trimmed.IndexOf('\n');
        return begin >= 0 && trimmed.Length - Mark.Length > begin ? trimmed[begin..^Mark.Length].Trim().ToString() : text;
    }
}
