using System.Buffers;
using System.Text;
using LlmGateway.Gateway.Guardrails.Checks;

namespace LlmGateway.Gateway.Guardrails.Answers;

/// <summary>
/// One text of a stream on its way to the caller. Its last characters are held back until more have come, so that what is found
/// with them was not sent; what may still grow is held until it ended. Where other programs are asked, a piece ends with a sentence.
/// </summary>
/// <param name="guard">The checks.</param>
/// <param name="options">How much is held back.</param>
/// <param name="isContent">Whether it is the answer's content, which a schema is for.</param>
internal sealed class TextWindow(TextGuard guard, GuardrailOptions options, bool isContent)
{
    /// <summary>Characters that were sent and are looked at again with what follows, at least.</summary>
    private const int MinContext = 200;

    /// <summary>Without an end of a sentence in so many characters a piece ends anyway.</summary>
    private const int MaxSentence = 2000;

    private static readonly SearchValues<char> SentenceEnds = SearchValues.Create(".!?\n。！？");

    /// <summary>Nothing is held back for what looks at no parts.</summary>
    private readonly int _window = guard.Set.Spans.Length > 0 || guard.Set.AsksOthers ? options.WindowCharacters : 0;
    private readonly StringBuilder _pending = new();
    private string _context = "";
    private bool _contextIsCut;
    private bool _gaveUp;
    private int _characters;
    private int _tokens;
    private int _lookAt;

    /// <summary>Takes the next piece of the text.</summary>
    /// <param name="piece">What has come; may be empty.</param>
    /// <param name="final">Whether it is the last.</param>
    /// <param name="cancellationToken">Stops the questions to others.</param>
    /// <returns>What may be sent now, or what blocks: nothing of the piece may be sent then, and nothing after it.</returns>
    public async ValueTask<GuardedText> PushAsync(string piece, bool final, CancellationToken cancellationToken)
    {
        _pending.Append(piece);
        if (!final && _pending.Length < _lookAt)
        {
            return new GuardedText("", null);
        }

        var text = _context + _pending;
        var scan = guard.Scan(text, _contextIsCut);
        // What touches the end may still grow, or turn out to be part of something else.
        var decided = final ? text.Length : text.Length - 1;
        if (guard.BlockedBy(scan, _context.Length, decided) is { } blocked)
        {
            guard.NoteSpans(scan, _context.Length, decided);
            return new GuardedText("", blocked);
        }

        var tokens = guard.Set.CountsTokens ? guard.CountTokens(text[_context.Length..]) : 0;
        if (guard.CheckLength(_characters + _pending.Length, _tokens + tokens, final) is { } limit)
        {
            return new GuardedText("", limit);
        }

        var cut = final ? text.Length : FindCut(text, scan);
        return cut > _context.Length || final ? await ReleaseAsync(scan, cut, final, cancellationToken) : Hold(scan);
    }

    private int FindCut(string text, SpanScan scan)
    {
        var start = _context.Length;
        if (HoldsAll)
        {
            return start;
        }

        var cut = Math.Max(start, text.Length - _window);
        foreach (var (_, part) in scan.Matches)
        {
            // In order: an earlier one may pull the cut before a later one.
            if (part.Start < cut && (part.End > cut || (part.End == text.Length && !_gaveUp)))
            {
                cut = Math.Max(start, part.Start);
            }
        }

        cut = cut > start && char.IsHighSurrogate(text[cut - 1]) ? cut - 1 : cut;
        cut = start + guard.Placeholders.UncutLength(text.AsSpan(start), cut - start);
        return guard.Set.AsksOthers ? FindSentence(text, start, cut) : cut;
    }

    private bool HoldsAll => isContent && guard.Set.Whole.Length > 0 && !_gaveUp;

    private int FindSentence(string text, int start, int cut)
    {
        var end = start + text.AsSpan(start, cut - start).LastIndexOfAny(SentenceEnds) + 1;
        return end - start >= _window && end > start ? end : cut - start > MaxSentence ? cut : start;
    }

    /// <summary>Waits for more, within bounds.</summary>
    private GuardedText Hold(SpanScan scan)
    {
        // Looked at again when it has grown by a quarter: a long text is not looked at for each of its words.
        _lookAt = _pending.Length + Math.Max(1, _pending.Length / 4);
        if (_pending.Length <= options.MaxHeldCharacters || _gaveUp)
        {
            return new GuardedText("", null);
        }

        _gaveUp = true;
        var holder = HoldsAll || scan.Matches.Count == 0 ? guard.Set.Whole.FirstOrDefault() : scan.Matches[^1].Guardrail;
        return new GuardedText("", holder is not null && guard.Verdicts.NoteError(holder, CheckErrors.TooLong, TimeSpan.Zero) ? holder : null);
    }

    private async ValueTask<GuardedText> ReleaseAsync(SpanScan scan, int cut, bool final, CancellationToken cancellationToken)
    {
        var start = _context.Length;
        guard.NoteSpans(scan, start, cut);
        var masked = scan.Mask(start, cut, guard.Placeholders, restored: false);
        var answer = await guard.AskAsync(masked, final && HoldsAll, cancellationToken);
        var kept = Math.Max(0, cut - Math.Max(_window, MinContext));
        _contextIsCut |= kept > 0;
        _context = scan.Text[kept..cut];
        _pending.Clear().Append(scan.Text, cut, scan.Text.Length - cut);
        _characters += cut - start;
        _tokens += guard.Set.CountsTokens ? guard.CountTokens(masked) : 0;
        _lookAt = _pending.Length + Math.Max(1, _window / 4);
        return answer;
    }
}
