using System.Text.RegularExpressions;
using LlmGateway.Text.Spans;

namespace LlmGateway.Text.PersonalData;

/// <summary>Finds personal data and secrets by their form, and where there are check digits by those. It never changes; any number of threads may use it.</summary>
public sealed class PersonalDataFinder
{
    private readonly PersonalDataKind[] _kinds;

    /// <param name="kinds">Names of <see cref="PersonalDataKind"/>; others are passed over, and null is all.</param>
    public PersonalDataFinder(IEnumerable<string>? kinds = null)
    {
        var names = kinds?.ToHashSet(StringComparer.Ordinal);
        _kinds = [.. PersonalDataKind.All.Where(kind => names is null || names.Contains(kind.Name))];
    }

    /// <summary>Whether there is a kind of this name.</summary>
    public static bool Knows(string name) => PersonalDataKind.All.Any(kind => kind.Name == name);

    /// <summary>What there is in a text, in order; parts do not overlap.</summary>
    /// <exception cref="RegexMatchTimeoutException">The text is so large that it takes too long.</exception>
    public List<TextMatch> Find(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var found = new List<TextMatch>();
        foreach (var kind in _kinds)
        {
            TextMatch.AddFree(found, kind.Find(text), match => match);
        }

        return found;
    }
}
