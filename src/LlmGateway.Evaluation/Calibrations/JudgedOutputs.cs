using System.Text.Json;
using LlmGateway.Evaluation.Calibrations.Labels;
using LlmGateway.Evaluation.Judges;
using LlmGateway.Evaluation.Runs;
using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Calibrations;

/// <summary>A run's outputs with both judgements, and what was left out.</summary>
/// <param name="Pairs">Outputs that both judged.</param>
/// <param name="LeftOut">Those that not both did.</param>
/// <param name="Judged">All that the criterion judged.</param>
/// <param name="Positions">What a pairwise judge said in either order.</param>
internal sealed record JudgedOutputs(IReadOnlyList<JudgedPair> Pairs, LeftOutOutputs LeftOut, Passes Judged, PositionCounts Positions)
{
    /// <summary>Where a sample names its call, and an item that is a logged one.</summary>
    private const string Call = "inference_id";

    /// <exception cref="ApiException">A label cannot be read (400).</exception>
    public static async Task<JudgedOutputs> LoadAsync(
        EvaluationDbContext store, Run run, string criterion, IHumanLabels labels, CancellationToken cancellationToken)
    {
        var rows = store.OutputItems.AsNoTracking().Where(item => item.RunId == run.Id).OrderBy(item => item.Index)
            .Select(item => new { item.Id, item.Index, item.Item, item.Sample, item.Results }).AsAsyncEnumerable();
        var tally = new JudgementTally();
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            JsonElement? sample = row.Sample is null ? null : JsonText.Parse(row.Sample);
            var item = JsonText.Parse(row.Item);
            var call = sample?.FindText(Call) ?? item.FindText(Call);
            var output = new LabelledOutput(row.Id, row.Index, item, RunJson.ReadResults(row.Results ?? "[]"), call);
            tally.Add(output.Results.FirstOrDefault(result => result.Name == criterion), labels.Find(output), Length(sample));
        }

        return tally.ToOutputs();
    }

    /// <summary>In characters; null where there is no sample.</summary>
    private static int? Length(JsonElement? sample) =>
        sample?.FindObjects("output")?.Sum(message => message.FindText("content")?.Length ?? 0);
}

/// <summary>Both judgements of one output.</summary>
/// <param name="Criterion">Whether the criterion passed it.</param>
/// <param name="Human">Whether a person did.</param>
/// <param name="Length">The output's, in characters; null where it is unknown.</param>
internal readonly record struct JudgedPair(bool Criterion, bool Human, int? Length)
{
    /// <summary>1 for a pass too many, −1 for one too few.</summary>
    public int Error => (Criterion ? 1 : 0) - (Human ? 1 : 0);
}

/// <summary>How many outputs passed.</summary>
internal readonly record struct Passes(int Passed, int Total);
