namespace LlmGateway.Retrieval.Chunking;

/// <summary>A passage of a text.</summary>
/// <param name="Start">Its first character.</param>
/// <param name="End">Behind its last character.</param>
internal readonly record struct TextSpan(int Start, int End)
{
    public int Length => End - Start;

    /// <summary>Without empty lines in front and white space behind: a passage is the same whatever stands apart from it.</summary>
    public TextSpan TrimIn(string text)
    {
        var passage = text.AsSpan(Start, Length);
        return new TextSpan(Start + passage.Length - passage.TrimStart("\r\n").Length, Start + passage.TrimEnd().Length);
    }

    public bool IsBlankIn(string text) => text.AsSpan(Start, Length).IsWhiteSpace();
}
