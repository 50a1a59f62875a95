using LlmGateway.Gateway.Guardrails.Checks;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Guardrails.PersonalData;

/// <summary>Finds personal data and secrets by their form, and where there are check digits by those.</summary>
internal sealed class PersonalDataCheck : ISpanCheck
{
    private readonly PersonalDataKind[] _kinds;

    /// <exception cref="ApiException">400: an unknown kind.</exception>
    public PersonalDataCheck(PersonalDataRule rule)
    {
        _kinds = rule.Kinds is null ? PersonalDataKind.All : [.. PersonalDataKind.All.Where(kind => rule.Kinds.Contains(kind.Name))];
        if (rule.Kinds is { } asked && (asked.Count == 0 || asked.FirstOrDefault(name => !PersonalDataKind.All.Any(kind => kind.Name == name)) is not null))
        {
            throw GuardrailRules.Refused(
                $"'rule.kinds' may hold {string.Join(", ", PersonalDataKind.All.Select(kind => $"'{kind.Name}'"))}; leave it out for all.", "rule.kinds");
        }
    }

    public List<TextMatch> Find(string text)
    {
        var found = new List<TextMatch>();
        foreach (var kind in _kinds)
        {
            TextMatch.AddFree(found, kind.Find(text), match => match);
        }

        return found;
    }
}
