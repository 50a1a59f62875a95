using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using LlmGateway.Text.NearDuplicates;

namespace LlmGateway.Datasets.Versions.Curation;

/// <summary>Keeps the first of items that are nearly the same; each that is left out is like one that is kept.</summary>
/// <param name="Threshold">Jaccard likeness of the texts' runs of five characters, from 0.5 to 1; 0.8 by default.</param>
/// <param name="Of"><c>input</c>, the default, or <c>input+reference</c>.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record NearDuplicates(double Threshold = NearDuplicateIndex.DefaultThreshold, string Of = ComparedText.Input) : CurationStep
{
    public const string Reason = "near_duplicate";

    public override void Check(string field)
    {
        ComparedText.CheckThreshold(Threshold, $"{field}.threshold");
        ComparedText.Check(Of, $"{field}.of");
    }

    public override async IAsyncEnumerable<ItemDraft> ApplyAsync(
        IAsyncEnumerable<ItemDraft> drafts, StepTally tally, CurationScope scope, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var index = new NearDuplicateIndex(Threshold);
        var ids = new List<string>();
        await foreach (var draft in drafts.WithCancellation(cancellationToken))
        {
            if (ComparedText.Of(draft, Of) is { } text)
            {
                var sketch = TextSketch.Of(text);
                if (index.Find(sketch) is { } like)
                {
                    await tally.DropAsync(draft, Reason, FormattableString.Invariant($"like {ids[like.Index]}, Jaccard {like.Jaccard:0.00}"), cancellationToken);
                    continue;
                }

                index.Add(sketch);
                ids.Add(draft.Id!);
            }

            yield return draft;
        }
    }
}
