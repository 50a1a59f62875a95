using LlmGateway.Text.Tokens;

namespace LlmGateway.Retrieval.Chunking;

/// <summary>Where a text's tokens begin, so that any passage of it is counted, and cut after so many tokens, without being read again.</summary>
internal sealed class TokenMap
{
    /// <summary>Ascending; a character of several tokens stands there as often.</summary>
    private readonly int[] _starts;

    public TokenMap(string text, TokenCounter counter)
    {
        Text = text;
        _starts = counter.Starts(text);
    }

    public string Text { get; }

    public TextSpan Whole => new(0, Text.Length);

    /// <summary>How many tokens begin in a passage.</summary>
    public int Count(TextSpan span) => IndexOf(span.End) - IndexOf(span.Start);

    /// <summary>Where a passage ends that begins at <paramref name="start"/> and has at most so many tokens, but at least a character.</summary>
    public int After(int start, int tokens)
    {
        var index = IndexOf(start) + tokens;
        if (index >= _starts.Length)
        {
            return Text.Length;
        }

        // No token before it begins at the same character, or the character would be cut.
        var end = _starts[index];
        return end > start ? end : NextCharacter(start);
    }

    /// <summary>Where the last tokens of a passage begin, at most so many of them.</summary>
    public int StartOfLast(TextSpan span, int tokens)
    {
        var index = Math.Max(IndexOf(span.End) - tokens, IndexOf(span.Start));
        if (tokens == 0 || index >= _starts.Length)
        {
            return span.End;
        }

        // The middle of a character of several tokens: behind it, where it is not the passage's first.
        var start = _starts[index];
        return IndexOf(start) < index ? Math.Min(NextCharacter(start), span.End) : Math.Clamp(start, span.Start, span.End);
    }

    /// <summary>The first token that begins at or behind a character.</summary>
    private int IndexOf(int position)
    {
        var index = Array.BinarySearch(_starts, position);
        if (index < 0)
        {
            return ~index;
        }

        while (index > 0 && _starts[index - 1] == position)
        {
            index--;
        }

        return index;
    }

    private int NextCharacter(int position) =>
        position + (char.IsHighSurrogate(Text[position]) && position + 1 < Text.Length && char.IsLowSurrogate(Text[position + 1]) ? 2 : 1);
}
