using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using LlmGateway.Text.NearDuplicates;

namespace LlmGateway.Datasets.Versions.Curation;

/// <summary>Keeps so many of each cluster of items that are alike, the first ones: what is asked often does not become what is learned.</summary>
/// <param name="Max">Most items of a cluster, from 1.</param>
/// <param name="Threshold">Jaccard likeness that connects two items, from 0.5 to 1; 0.6 by default.</param>
/// <param name="Of"><c>input</c>, the default, or <c>input+reference</c>.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ClusterCap(int? Max, double Threshold = 0.6, string Of = ComparedText.Input) : CurationStep
{
    private const string Reason = "cluster_cap";

    public override void Check(string field)
    {
        if (Max is not >= 1)
        {
            throw Bad("expected an integer from 1.", field, "max");
        }

        ComparedText.CheckThreshold(Threshold, $"{field}.threshold");
        ComparedText.Check(Of, $"{field}.of");
    }

    public override async IAsyncEnumerable<ItemDraft> ApplyAsync(
        IAsyncEnumerable<ItemDraft> drafts, StepTally tally, CurationScope scope, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var spool = new DraftSpool();
        var clusters = new NearDuplicateClusters(Threshold);
        await foreach (var draft in drafts.WithCancellation(cancellationToken))
        {
            spool.Add(draft);
            if (ComparedText.Of(draft, Of) is { } text)
            {
                clusters.Add(text);
            }
        }

        var (number, taken) = (0, new Dictionary<int, int>());
        foreach (var draft in spool.ReadAll())
        {
            var cluster = ComparedText.Of(draft, Of) is null ? -1 : clusters.ClusterOf(number++);
            if (cluster < 0 || (taken[cluster] = taken.GetValueOrDefault(cluster) + 1) <= Max)
            {
                yield return draft;
            }
            else
            {
                await tally.DropAsync(draft, Reason, $"number {taken[cluster]} of its cluster", cancellationToken);
            }
        }
    }
}
