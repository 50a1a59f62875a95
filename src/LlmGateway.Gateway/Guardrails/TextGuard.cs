using System.Diagnostics;
using LlmGateway.Gateway.Guardrails.Checks;
using LlmGateway.Text.Tokens;

namespace LlmGateway.Gateway.Guardrails;

/// <summary>
/// Checks texts of one call at one stage: first what is found here, in order; then the questions to other programs, all at once;
/// last those programs that change the text, in order.
/// </summary>
internal sealed class TextGuard(GuardrailSet set, CheckedCall call, Placeholders placeholders, GuardrailVerdicts verdicts)
{
    public GuardrailSet Set => set;

    public Placeholders Placeholders => placeholders;

    public GuardrailVerdicts Verdicts => verdicts;

    /// <summary>Whether there is nothing to check, and nothing to put back.</summary>
    public bool IsIdle => set.IsEmpty && placeholders.AreNone;

    /// <summary>Checks a whole text.</summary>
    /// <param name="text">What to check.</param>
    /// <param name="isContent">Whether it is an answer's content, which a schema is for.</param>
    /// <param name="cancellationToken">Stops the questions to others.</param>
    public async ValueTask<GuardedText> CheckAsync(string text, bool isContent, CancellationToken cancellationToken)
    {
        var scan = Scan(text);
        var blocked = BlockedBy(scan, 0, text.Length) ?? CheckLength(text.Length, set.CountsTokens ? CountTokens(text) : 0, final: true);
        var masked = scan.Mask(0, text.Length, placeholders, IsInput);
        NoteSpans(scan, 0, text.Length);
        return blocked is null ? await AskAsync(masked, isContent, cancellationToken) : new GuardedText(masked, blocked);
    }

    /// <inheritdoc cref="SpanScan.Of"/>
    public SpanScan Scan(string text, bool cutBefore = false) => SpanScan.Of(text, set.Spans, cutBefore);

    /// <summary>The first guardrail that blocks for something that ends in a part of the text.</summary>
    public CompiledGuardrail? BlockedBy(SpanScan scan, int start, int end)
    {
        var failed = scan.Failed.FirstOrDefault(guardrail => verdicts.NoteError(guardrail, CheckErrors.Timeout, scan.Took[Array.IndexOf(set.Spans, guardrail)]));
        return failed ?? scan.Matches.FirstOrDefault(match => match.Guardrail.Blocks && match.Part.End > start && match.Part.End <= end).Guardrail;
    }

    /// <summary>Notes what was found in a part of the text, by guardrail and kind; nothing of the text itself.</summary>
    public void NoteSpans(SpanScan scan, int start, int end)
    {
        for (var index = 0; index < set.Spans.Length; index++)
        {
            var guardrail = set.Spans[index];
            if (scan.Failed.Contains(guardrail))
            {
                continue;
            }

            GuardrailMatch[] found = [.. scan.Matches.Concat(scan.Flags).Where(match => match.Guardrail == guardrail && match.Part.End > start && match.Part.End <= end)];
            var verdict = found.Length == 0 ? Verdict.Passed : guardrail.Blocks ? Verdict.Blocked : guardrail.Masks ? Verdict.Masked : Verdict.Flagged;
            verdicts.Note(guardrail, verdict, Describe(found), scan.Took[index]);
        }
    }

    /// <summary>The guardrail whose limit a text is over.</summary>
    /// <param name="characters">Of the text so far.</param>
    /// <param name="tokens">Of the text so far.</param>
    /// <param name="final">Whether that is all: a text within its limits passes only then.</param>
    public CompiledGuardrail? CheckLength(int characters, int tokens, bool final)
    {
        CompiledGuardrail? blocked = null;
        foreach (var guardrail in set.Lengths)
        {
            var (maxCharacters, maxTokens) = (guardrail.Length!.MaxCharacters, guardrail.Length.MaxTokens);
            var isOver = characters > maxCharacters || tokens > maxTokens;
            if (isOver)
            {
                verdicts.Note(
                    guardrail, guardrail.Blocks ? Verdict.Blocked : Verdict.Flagged,
                    characters > maxCharacters ? $"Over {maxCharacters} characters." : $"Over {maxTokens} tokens.", TimeSpan.Zero);
                blocked ??= guardrail.Blocks ? guardrail : null;
            }
            else if (final)
            {
                verdicts.Note(guardrail, Verdict.Passed, null, TimeSpan.Zero);
            }
        }

        return blocked;
    }

    public int CountTokens(string text) => TokenCounter.ForModel(call.Model ?? "").Count(text);

    /// <summary>Asks the other programs.</summary>
    public async ValueTask<GuardedText> AskAsync(string text, bool isContent, CancellationToken cancellationToken) =>
        await JudgeAsync(text, cancellationToken, isContent) is { } blocked ? new GuardedText(text, blocked) : await RewriteAsync(text, cancellationToken);

    /// <summary>Asks those that only judge, all at once.</summary>
    /// <returns>The first that blocks; null when all let the text pass.</returns>
    public async ValueTask<CompiledGuardrail?> JudgeAsync(string text, CancellationToken cancellationToken, bool isContent = false)
    {
        CompiledGuardrail[] asked = isContent ? [.. set.Whole, .. set.Judging] : set.Judging;
        if (asked.Length == 0 || text.Length == 0)
        {
            return null;
        }

        var answers = await Task.WhenAll(asked.Select(guardrail => AskAsync(guardrail, text, cancellationToken)));
        CompiledGuardrail[] blocking = [.. asked.Where((guardrail, index) => Blocks(guardrail, answers[index].Answer, answers[index].Took))];
        return blocking.FirstOrDefault();
    }

    /// <summary>Has the text changed by those that do, one after the other.</summary>
    public async ValueTask<GuardedText> RewriteAsync(string text, CancellationToken cancellationToken)
    {
        foreach (var guardrail in text.Length > 0 ? set.Rewriting : [])
        {
            var (answer, took) = await AskAsync(guardrail, text, cancellationToken);
            if (Blocks(guardrail, answer, took))
            {
                return new GuardedText(text, guardrail);
            }

            text = answer.Text ?? text;
        }

        return new GuardedText(text, null);
    }

    private bool IsInput => call.Stage == GuardrailStage.Input;

    private async Task<(CheckAnswer Answer, TimeSpan Took)> AskAsync(CompiledGuardrail guardrail, string text, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var answer = await guardrail.Text!.CheckAsync(text, call with { Guardrail = guardrail.Name }, cancellationToken);
        return (answer, Stopwatch.GetElapsedTime(started));
    }

    /// <summary>Notes an answer. One that forbids a text blocks it also where the text should only be changed, unless it gives another text.</summary>
    private bool Blocks(CompiledGuardrail guardrail, CheckAnswer answer, TimeSpan took)
    {
        if (answer.Error is { } error)
        {
            return verdicts.NoteError(guardrail, error, took);
        }

        var changes = guardrail.Masks && answer.Text is not null;
        var verdict = changes ? Verdict.Masked
            : answer.Passed ? Verdict.Passed
            : guardrail.Definition.Action == GuardrailAction.Flag ? Verdict.Flagged
            : Verdict.Blocked;
        verdicts.Note(guardrail, verdict, changes ? "Changed by the webhook." : answer.Reason, took);
        return verdict == Verdict.Blocked;
    }

    private static string? Describe(GuardrailMatch[] found) => found.Length == 0
        ? null
        : "Found " + string.Join(", ", found.GroupBy(match => match.Part.Kind).Select(kind => $"{kind.Count()} {kind.Key}")) + ".";
}

/// <summary>A text after its checks.</summary>
/// <param name="Text">With what was found replaced.</param>
/// <param name="BlockedBy">The guardrail that lets it not pass; null when it may.</param>
internal readonly record struct GuardedText(string Text, CompiledGuardrail? BlockedBy);
