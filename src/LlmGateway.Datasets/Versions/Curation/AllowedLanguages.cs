using System.Text.Json.Serialization;
using LlmGateway.Text.Languages;

namespace LlmGateway.Datasets.Versions.Curation;

/// <summary>Leaves out items in other languages, as <see cref="LanguageGuess"/> tells them.</summary>
/// <param name="Allowed">Codes of ISO 639-1 of those that stay.</param>
/// <param name="Of"><c>input</c>, the default, or <c>reference</c>.</param>
/// <param name="KeepUnknown">Whether a text stays that is too short to tell; true by default.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record AllowedLanguages(IReadOnlyList<string>? Allowed, string Of = "input", bool KeepUnknown = true) : ItemStep
{
    private const string Reason = "language";

    public override void Check(string field)
    {
        if (Allowed is not { Count: > 0 } || Allowed.Any(code => !LanguageGuess.Known.Contains(code)))
        {
            throw Bad($"expected one or more of {string.Join(", ", LanguageGuess.Known)}.", field, "allowed");
        }

        if (Of is not ("input" or "reference"))
        {
            throw Bad("expected 'input' or 'reference'.", field, "of");
        }
    }

    protected override Verdict Judge(ItemDraft draft)
    {
        var language = LanguageGuess.Of(Of == "input" ? ItemText.OfInput(draft.Input) : ItemText.OfReference(draft.Reference));
        return language is null
            ? KeepUnknown ? Verdict.Keep(draft) : Verdict.Drop(draft, Reason, "too short to tell its language")
            : Allowed!.Contains(language) ? Verdict.Keep(draft) : Verdict.Drop(draft, Reason, $"{Of} in '{language}'");
    }
}
