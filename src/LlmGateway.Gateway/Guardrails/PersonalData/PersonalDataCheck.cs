using LlmGateway.Gateway.Guardrails.Checks;
using LlmGateway.Service;
using LlmGateway.Text.PersonalData;
using LlmGateway.Text.Spans;

namespace LlmGateway.Gateway.Guardrails.PersonalData;

/// <summary>Finds personal data and secrets by their form, and where there are check digits by those.</summary>
internal sealed class PersonalDataCheck : ISpanCheck
{
    private readonly PersonalDataFinder _finder;

    /// <exception cref="ApiException">400: an unknown kind.</exception>
    public PersonalDataCheck(PersonalDataRule rule)
    {
        if (rule.Kinds is { } asked && (asked.Count == 0 || asked.Any(name => !PersonalDataFinder.Knows(name))))
        {
            throw GuardrailRules.Refused(
                $"'rule.kinds' may hold {string.Join(", ", PersonalDataKind.All.Select(kind => $"'{kind.Name}'"))}; leave it out for all.", "rule.kinds");
        }

        _finder = new PersonalDataFinder(rule.Kinds);
    }

    public List<TextMatch> Find(string text) => _finder.Find(text);
}
