using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using LlmGateway.Text.Spans;

namespace LlmGateway.Gateway.Guardrails;

/// <summary>What the guardrails that look at parts found in one text.</summary>
internal sealed class SpanScan
{
    private readonly List<GuardrailMatch> _matches = [];
    private readonly List<GuardrailMatch> _flags = [];
    private readonly List<CompiledGuardrail> _failed = [];
    private readonly TimeSpan[] _took;

    private SpanScan(string text, int guardrails) => (Text, _took) = (text, new TimeSpan[guardrails]);

    public string Text { get; }

    /// <summary>What is to be replaced or blocks, in the text's order and without overlaps: what an earlier guardrail found is the later ones' no more.</summary>
    public IReadOnlyList<GuardrailMatch> Matches => _matches;

    /// <summary>What is only noted.</summary>
    public IReadOnlyList<GuardrailMatch> Flags => _flags;

    /// <summary>Guardrails whose time was up.</summary>
    public IReadOnlyList<CompiledGuardrail> Failed => _failed;

    /// <summary>How long each guardrail took, in their order.</summary>
    public IReadOnlyList<TimeSpan> Took => _took;

    /// <param name="text">The text.</param>
    /// <param name="guardrails">Who looks, in order.</param>
    /// <param name="cutBefore">Whether the text is the rest of one: what begins with it may be half of something else, and was found when it was whole.</param>
    public static SpanScan Of(string text, IReadOnlyList<CompiledGuardrail> guardrails, bool cutBefore)
    {
        var scan = new SpanScan(text, guardrails.Count);
        for (var index = 0; index < guardrails.Count; index++)
        {
            var started = Stopwatch.GetTimestamp();
            scan.Look(guardrails[index], cutBefore);
            scan._took[index] = Stopwatch.GetElapsedTime(started);
        }

        return scan;
    }

    /// <summary>A part of the text with the matches in it replaced; of one that began before it, what is in it goes.</summary>
    public string Mask(int start, int end, Placeholders placeholders, bool restored)
    {
        var masked = new StringBuilder(end - start);
        var position = start;
        foreach (var (_, (from, to, kind, replacement)) in _matches)
        {
            if (to <= start || from >= end)
            {
                continue;
            }

            masked.Append(Text, position, Math.Max(from - position, 0));
            masked.Append(replacement ?? placeholders.For(kind, Text[from..to], restored));
            position = Math.Min(to, end);
        }

        return position == start ? Text[start..end] : masked.Append(Text, position, end - position).ToString();
    }

    private void Look(CompiledGuardrail guardrail, bool cutBefore)
    {
        try
        {
            var found = guardrail.Spans!.Find(Text).Where(part => part.Start > 0 || !cutBefore).Select(part => new GuardrailMatch(guardrail, part));
            if (guardrail.Blocks || guardrail.Masks)
            {
                TextMatch.AddFree(_matches, found, match => match.Part);
            }
            else
            {
                _flags.AddRange(found);
            }
        }
        catch (RegexMatchTimeoutException)
        {
            _failed.Add(guardrail);
        }
    }
}

/// <summary>A part that a guardrail found.</summary>
/// <param name="Guardrail">Which guardrail.</param>
/// <param name="Part">The part.</param>
internal readonly record struct GuardrailMatch(CompiledGuardrail Guardrail, TextMatch Part);
