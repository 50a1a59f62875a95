using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace LlmGateway.Gateway.Retrieval.Citations;

/// <summary>
/// One text of an answer, as it comes: marks such as 【2】 are taken out of it and become citations of what they stand behind. A text
/// without any is cited by what it quotes.
/// </summary>
internal sealed partial class CitedText(IReadOnlyList<Passage> passages)
{
    /// <summary>Longer than any mark that a model writes; what does not end by then is text.</summary>
    private const int MaxMark = 64;

    private readonly StringBuilder _text = new();
    private readonly StringBuilder _held = new();
    private readonly List<Citation> _citations = [];
    private bool _isOpen;

    /// <summary>All that was released so far.</summary>
    public string Text => _text.ToString();

    public IReadOnlyList<Citation> Citations => _citations;

    /// <summary>A text that is there whole.</summary>
    public static CitedText Whole(string text, IReadOnlyList<Passage> passages)
    {
        var cited = new CitedText(passages);
        cited.Push(text);
        cited.End();
        return cited;
    }

    /// <returns>What of the text may go on; what might be a mark, and the space before it, is held back.</returns>
    public string Push(string piece)
    {
        var begin = _text.Length;
        foreach (var letter in piece)
        {
            Take(letter);
        }

        return _text.ToString(begin, _text.Length - begin);
    }

    /// <summary>Ends the text; its citations are complete then.</summary>
    /// <returns>What was held back.</returns>
    public string End()
    {
        var begin = _text.Length;
        Release();
        if (_citations.Count == 0)
        {
            _citations.AddRange(Quotes());
        }

        return _text.ToString(begin, _text.Length - begin);
    }

    /// <summary>An answer in which sentences cannot be told apart in time is one without citations.</summary>
    private IReadOnlyList<Citation> Quotes()
    {
        try
        {
            return [.. QuoteFinder.Find(Text, passages)];
        }
        catch (RegexMatchTimeoutException)
        {
            return [];
        }
    }

    private void Take(char letter)
    {
        if (_isOpen)
        {
            _held.Append(letter);
            if (letter == PassageText.Close)
            {
                CloseMark();
            }
            else if (letter is '\n' or PassageText.Open || _held.Length > MaxMark)
            {
                Release();
            }
        }
        else if (letter == PassageText.Open || (letter == ' ' && _held.Length < MaxMark))
        {
            _isOpen = letter == PassageText.Open;
            _held.Append(letter);
        }
        else
        {
            Release();
            _text.Append(letter);
        }
    }

    private void CloseMark()
    {
        List<Passage>? cited = Mark().Match(_held.ToString()) is { Success: true } mark
            ? [.. mark.Groups["n"].Captures.Select(number => Find(number.Value)).OfType<Passage>()]
            : null;
        if (cited is not { Count: > 0 })
        {
            // A bracket of the model's own, or a number that is no source's.
            Release();
            return;
        }

        (_isOpen, _held.Length) = (false, 0);
        foreach (var passage in cited.Where(passage => _citations.LastOrDefault() != new Citation(passage, _text.Length)))
        {
            _citations.Add(new Citation(passage, _text.Length));
        }
    }

    private Passage? Find(string number) =>
        int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var place) && place >= 1 && place <= passages.Count ? passages[place - 1] : null;

    private void Release()
    {
        _text.Append(_held);
        (_isOpen, _held.Length) = (false, 0);
    }

    /// <summary>As they are asked for, several in one, and as some models were taught to write them: <c>【1】</c>, <c>【1, 3】</c>, <c>【1†source】</c>.</summary>
    [GeneratedRegex(@"^ *【\s*(?:source\s*)?(?<n>\d{1,4})(?:\s*[,;]\s*(?<n>\d{1,4}))*\s*(?:†[^】]*)?】\z", RegexOptions.IgnoreCase)]
    private static partial Regex Mark();
}
