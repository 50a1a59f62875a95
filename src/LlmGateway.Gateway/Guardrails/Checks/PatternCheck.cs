using System.Text.RegularExpressions;
using LlmGateway.Service;
using LlmGateway.Text.Spans;

namespace LlmGateway.Gateway.Guardrails.Checks;

/// <summary>Finds what regular expressions match. They never backtrack, and the time-out is for texts of many megabytes.</summary>
internal sealed class PatternCheck : ISpanCheck
{
    public const string DefaultReplacement = "[masked]";
    private const int MaxPatterns = 50;
    private const int MaxPatternLength = 1000;
    private const int MaxReplacementLength = 100;

    /// <summary>Nodes of an expression's automaton; an expression such as <c>((a{1000}){1000}){1000}</c> would otherwise fill the memory.</summary>
    private const int MaxAutomaton = 20_000;

    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(50);
    private readonly Regex[] _patterns;
    private readonly string _replacement;

    static PatternCheck() => AppContext.SetData("REGEX_NONBACKTRACKING_MAX_AUTOMATA_SIZE", MaxAutomaton);

    /// <exception cref="ApiException">400, naming the pattern and the place in it.</exception>
    public PatternCheck(PatternRule rule)
    {
        if (rule.Patterns is not { Count: >= 1 and <= MaxPatterns } patterns)
        {
            throw GuardrailRules.Refused($"'rule.patterns' must hold from 1 to {MaxPatterns} regular expressions.", "rule.patterns");
        }

        if (rule.Replacement is { Length: > MaxReplacementLength })
        {
            throw GuardrailRules.Refused($"'rule.replacement' may have at most {MaxReplacementLength} characters.", "rule.replacement");
        }

        _replacement = rule.Replacement ?? DefaultReplacement;
        _patterns = [.. patterns.Select((pattern, index) => Compile(pattern, rule.IgnoreCase, $"rule.patterns[{index}]"))];
    }

    public List<TextMatch> Find(string text)
    {
        var found = new List<TextMatch>();
        for (var index = 0; index < _patterns.Length; index++)
        {
            var one = new List<TextMatch>();
            foreach (var match in _patterns[index].EnumerateMatches(text))
            {
                one.Add(new TextMatch(match.Index, match.Index + match.Length, $"PATTERN_{index + 1}", _replacement));
            }

            TextMatch.AddFree(found, one, match => match);
        }

        return found;
    }

    private static Regex Compile(string? pattern, bool ignoreCase, string field)
    {
        if (pattern is not { Length: >= 1 and <= MaxPatternLength })
        {
            throw GuardrailRules.Refused($"'{field}' must have from 1 to {MaxPatternLength} characters.", field);
        }

        var options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None);
        try
        {
            var regex = new Regex(pattern, options, Timeout);
            return regex.Count("") == 0
                ? regex
                : throw GuardrailRules.Refused($"'{field}' matches the empty text, and so everywhere. Ask for at least one character.", field);
        }
        catch (RegexParseException exception)
        {
            throw GuardrailRules.Refused($"'{field}' is no regular expression: {exception.Error} at position {exception.Offset}.", field);
        }
        catch (NotSupportedException)
        {
            throw GuardrailRules.Refused(
                $"'{field}' uses what could run for ever: look-around, back-references, atomic or conditional groups, or repetitions that multiply. Say it without.", field);
        }
    }
}
