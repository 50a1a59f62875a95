using System.Text.Json.Serialization;
using LlmGateway.Text.Tokens;

namespace LlmGateway.Datasets.Versions.Curation;

/// <summary>Leaves out items whose input or output is too short or too long. An item without a reference is too short for no bound on it.</summary>
/// <param name="Of"><c>input</c> or <c>reference</c>.</param>
/// <param name="Min">Least, inclusive; null for any.</param>
/// <param name="Max">Most, inclusive; null for any.</param>
/// <param name="Unit"><c>characters</c>, the default, or <c>tokens</c> of OpenAI's newer models (o200k).</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record LengthBounds(string? Of, int? Min = null, int? Max = null, string Unit = "characters") : ItemStep
{
    private const string Model = "gpt-4o";

    public override void Check(string field)
    {
        if (Of is not ("input" or "reference"))
        {
            throw Bad("expected 'input' or 'reference'.", field, "of");
        }

        if (Unit is not ("characters" or "tokens"))
        {
            throw Bad("expected 'characters' or 'tokens'.", field, "unit");
        }

        if (Min is < 0 || (Min ?? Max) is null)
        {
            throw Bad("give 'min' or 'max', from 0.", field, "min");
        }

        if (Max < (Min ?? 0))
        {
            throw Bad("it is below 'min', or below 0.", field, "max");
        }
    }

    protected override Verdict Judge(ItemDraft draft)
    {
        if (Of == "reference" && draft.Reference is null)
        {
            return Verdict.Keep(draft);
        }

        var text = Of == "input" ? ItemText.OfInput(draft.Input) : ItemText.OfReference(draft.Reference);
        var length = Unit == "tokens" ? TokenCounter.ForModel(Model).Count(text) : text.Length;
        return length < Min ? Verdict.Drop(draft, "too_short", $"{Of} of {length} {Unit}")
            : length > Max ? Verdict.Drop(draft, "too_long", $"{Of} of {length} {Unit}")
            : Verdict.Keep(draft);
    }
}
