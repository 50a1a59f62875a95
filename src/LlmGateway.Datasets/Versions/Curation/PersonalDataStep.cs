using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using LlmGateway.Text.PersonalData;

namespace LlmGateway.Datasets.Versions.Curation;

/// <summary>
/// Finds e-mail addresses, phone numbers, IBANs, card numbers, IP addresses and secrets in an item's input, outputs and metadata, and
/// masks them or leaves the item out. The same data has the same placeholder, such as <c>&lt;EMAIL_1&gt;</c>, everywhere in an item.
/// </summary>
/// <param name="Kinds"><c>email</c>, <c>phone</c>, <c>iban</c>, <c>card</c>, <c>ip</c>, <c>secret</c>; all by default.</param>
/// <param name="Action"><c>mask</c>, the default, or <c>drop</c>.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record PersonalDataStep(IReadOnlyList<string>? Kinds = null, string Action = "mask") : CurationStep
{
    private const string Reason = "personal_data";

    public override void Check(string field)
    {
        if (Kinds is { } kinds && (kinds.Count == 0 || kinds.Any(kind => !PersonalDataFinder.Knows(kind))))
        {
            throw Bad($"expected some of {string.Join(", ", PersonalDataKind.All.Select(kind => kind.Name))}; leave it out for all.", field, "kinds");
        }

        if (Action is not ("mask" or "drop"))
        {
            throw Bad("expected 'mask' or 'drop'.", field, "action");
        }
    }

    public override async IAsyncEnumerable<ItemDraft> ApplyAsync(
        IAsyncEnumerable<ItemDraft> drafts, StepTally tally, CurationScope scope, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var finder = new PersonalDataFinder(Kinds);
        await foreach (var draft in drafts.WithCancellation(cancellationToken))
        {
            if (await tally.TakeAsync(Judge(draft, new ItemMask(finder), tally), cancellationToken) is { } kept)
            {
                yield return kept;
            }
        }
    }

    private Verdict Judge(ItemDraft draft, ItemMask mask, StepTally tally)
    {
        ItemDraft masked;
        try
        {
            masked = draft with
            {
                Input = mask.Of(draft.Input),
                Reference = mask.Of(draft.Reference),
                Rejected = mask.Of(draft.Rejected),
                Metadata = mask.Of(draft.Metadata),
            };
        }
        catch (RegexMatchTimeoutException)
        {
            // What could not be looked through is not said to be clean.
            return Verdict.Drop(draft, Reason, "too large to be looked through");
        }

        foreach (var (kind, count) in mask.Found)
        {
            tally.Found(kind, count);
        }

        return mask.Found.Count == 0 ? Verdict.Keep(draft)
            : Action == "mask" ? Verdict.Change(masked)
            : Verdict.Drop(draft, Reason, string.Join(", ", mask.Found.Select(found => $"{found.Key} {found.Value}")));
    }
}
