using System.Collections.Concurrent;
using Microsoft.ML.Tokenizers;

namespace LlmGateway.Text.Tokens;

/// <summary>
/// Counts tokens as OpenAI's models do. Thread safe; there are only two instances, one per vocabulary,
/// made on first use (the vocabulary takes about 30 MB and 0.2 s to load).
/// </summary>
public sealed class TokenCounter
{
    // A text longer than this is counted in pieces, so that a single huge body cannot make the tokenizer
    // allocate in proportion to it. A cut may split a token: the error is below one token per piece.
    private const int PieceLength = 64 * 1024;

    private static readonly ConcurrentDictionary<string, Lazy<TokenCounter>> Counters = new(StringComparer.Ordinal);

    private readonly TiktokenTokenizer _tokenizer;

    private TokenCounter(string encoding) => _tokenizer = TiktokenTokenizer.CreateForEncoding(encoding);

    /// <summary>
    /// The counter for a model's vocabulary: cl100k for <c>gpt-4</c>, <c>gpt-3.5</c> and <c>text-embedding-*</c>,
    /// o200k for all else (newer OpenAI models exactly; others' models as an approximation).
    /// A provider's prefix (<c>openai/gpt-4</c>) does not matter.
    /// </summary>
    public static TokenCounter ForModel(string model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var encoding = UsesCl100k(model.AsSpan(model.LastIndexOf('/') + 1)) ? "cl100k_base" : "o200k_base";
        return Counters.GetOrAdd(encoding, name => new Lazy<TokenCounter>(() => new TokenCounter(name))).Value;
    }

    /// <summary>The number of tokens of a text; zero for an empty one.</summary>
    public int Count(ReadOnlySpan<char> text)
    {
        var count = 0;
        while (text.Length > PieceLength)
        {
            var length = char.IsHighSurrogate(text[PieceLength - 1]) ? PieceLength - 1 : PieceLength;
            count += _tokenizer.CountTokens(text[..length]);
            text = text[length..];
        }

        return count + _tokenizer.CountTokens(text);
    }

    /// <inheritdoc cref="Count(ReadOnlySpan{char})"/>
    public int Count(string text) => Count(text.AsSpan());

    /// <summary>The text's first tokens, at most <paramref name="maxTokens"/>; the whole text when it has no more.</summary>
    public string Take(string text, int maxTokens)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfNegative(maxTokens);
        return maxTokens == 0 ? "" : text[.._tokenizer.GetIndexByTokenCount(text, maxTokens, out _, out _)];
    }

    /// <summary>Where the text's last tokens begin, at most <paramref name="maxTokens"/> of them.</summary>
    public int StartOfLast(string text, int maxTokens)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfNegative(maxTokens);
        return maxTokens == 0 ? text.Length : _tokenizer.GetIndexByTokenCountFromEnd(text, maxTokens, out _, out _);
    }

    /// <summary>The text's tokens as strings that concatenate to it; a character of several tokens stays whole.</summary>
    public IReadOnlyList<string> Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = new List<string>();
        var start = 0;
        foreach (var token in _tokenizer.EncodeToTokens(text, out _))
        {
            var end = token.Offset.End.Value;
            if (end > start && !char.IsHighSurrogate(text[end - 1]))
            {
                parts.Add(text[start..end]);
                start = end;
            }
        }

        if (start < text.Length)
        {
            parts.Add(text[start..]);
        }

        return parts;
    }

    /// <summary>
    /// Where each of the text's tokens begins, ascending. A character that takes several tokens stands there as often. The
    /// text is read in pieces that end with a line or a word where they can, so that its length does not matter.
    /// </summary>
    public int[] Starts(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var starts = new List<int>(text.Length / 4);
        for (var start = 0; start < text.Length;)
        {
            var piece = text.Substring(start, LengthOfPiece(text.AsSpan(start)));
            foreach (var token in _tokenizer.EncodeToTokens(piece, out _))
            {
                var at = token.Offset.Start.Value;
                starts.Add(start + (at > 0 && at < piece.Length && char.IsLowSurrogate(piece[at]) ? at - 1 : at));
            }

            start += piece.Length;
        }

        return [.. starts];
    }

    /// <summary>The text of token ids, as callers of the embeddings endpoint may send them.</summary>
    public string Decode(IEnumerable<int> tokens) => _tokenizer.Decode(tokens) ?? "";

    private static int LengthOfPiece(ReadOnlySpan<char> text)
    {
        if (text.Length <= PieceLength)
        {
            return text.Length;
        }

        // A blank belongs to the word behind it, a line's end to what is before it.
        var piece = text[..PieceLength];
        return piece.LastIndexOf('\n') is > 0 and var line ? line + 1
            : piece.LastIndexOf(' ') is > 0 and var blank ? blank
            : char.IsHighSurrogate(piece[^1]) ? PieceLength - 1 : PieceLength;
    }

    private static bool UsesCl100k(ReadOnlySpan<char> model) =>
        model.StartsWith("text-embedding-", StringComparison.OrdinalIgnoreCase)
        || model.StartsWith("gpt-3.5", StringComparison.OrdinalIgnoreCase)
        || model.Equals("gpt-4", StringComparison.OrdinalIgnoreCase)
        || model.StartsWith("gpt-4-", StringComparison.OrdinalIgnoreCase);
}
