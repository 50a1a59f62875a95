using System.Globalization;
using LlmGateway.Benchmarks.Local;
using LlmGateway.Gateway.SemanticCaching.Entries;
using LlmGateway.Gateway.SemanticCaching.Precision;
using LlmGateway.LocalModel;

namespace LlmGateway.Benchmarks.Prompts;

/// <summary>
/// How often the semantic cache is right on questions that it was not tuned on. banking77's training questions are stored, each with
/// its label as the answer; half of the test questions tune the threshold to a precision of 0.95, the other half is asked. Twenty
/// random halvings, because one says as much about its luck. The margin is chosen on the training questions alone, each asked
/// among the others.
/// </summary>
internal static class SemanticPrecision
{
    private const double Target = 0.95;
    private const int Splits = 20;
    private const int Neighbours = 5;
    private static readonly double[] Margins = [0, 0.05, 0.1, 0.15, 0.2];

    public static void Run(string data)
    {
        var stored = LabelledQuestion.ReadAll(Path.Combine(data, "banking77", "train.csv"));
        var asked = LabelledQuestion.ReadAll(Path.Combine(data, "banking77", "test.csv"));
        var table = new VectorTable(Embedder.DefaultDimensions);
        for (var i = 0; i < stored.Count; i++)
        {
            table.Add(new VectorTable.Row($"{i}", SemanticLookups.Halves(Embedder.Embed(stored[i].Text)), long.MaxValue, null));
        }

        var training = stored.AsParallel().AsOrdered().Select((question, index) => Ask(table, stored, question, index)).ToArray();
        var margin = Margins.MaxBy(margin => Hits(training, margin, ThresholdOf(training, margin)).Length);
        var questions = asked.AsParallel().AsOrdered().Select(question => Ask(table, stored, question, -1)).ToArray();
        Console.WriteLine($"banking77: {stored.Count} stored, {asked.Count} asked; the nearest is right for {questions.Average(question => question.Nearest.Same ? 1 : 0):0.000}; margin by training questions {margin}");
        foreach (var tried in (double[])[0, margin])
        {
            Print(tried, [.. Enumerable.Range(0, Splits).Select(seed => Halve(questions, tried, seed))]);
        }
    }

    /// <summary>The nearest other question, and the least similarity at which nothing competes with it.</summary>
    private static Asked Ask(VectorTable table, IReadOnlyList<LabelledQuestion> stored, LabelledQuestion question, int self)
    {
        var found = table.FindNearest(Embedder.Embed(question.Text), 0, Neighbours + 1)
            .Select(row => (Place: int.Parse(row.Row.Id, CultureInfo.InvariantCulture), row.Similarity)).Where(row => row.Place != self).Take(Neighbours).ToList();
        var label = stored[found[0].Place].Label;
        var competitor = found.Where(row => stored[row.Place].Label != label).Select(row => row.Similarity).FirstOrDefault(-1);
        return new Asked(new JudgedSimilarity(found[0].Similarity, label == question.Label), found[0].Similarity - competitor);
    }

    private static double ThresholdOf(Asked[] asked, double margin) =>
        ThresholdChoice.Safe(asked.Where(question => question.Lead >= margin).Select(question => question.Nearest), Target, 0)?.Threshold ?? 1;

    private static Asked[] Hits(Asked[] asked, double margin, double threshold) =>
        [.. asked.Where(question => question.Lead >= margin && question.Nearest.Similarity >= threshold)];

    private static (double Threshold, double Precision, double HitRate) Halve(Asked[] asked, double margin, int seed)
    {
        var mixed = asked.ToArray();
        new Random(seed).Shuffle(mixed);
        var threshold = ThresholdOf(mixed[..(mixed.Length / 2)], margin);
        var heldOut = mixed[(mixed.Length / 2)..];
        var hits = Hits(heldOut, margin, threshold);
        return (threshold, hits.Length == 0 ? 1 : hits.Average(hit => hit.Nearest.Same ? 1.0 : 0), (double)hits.Length / heldOut.Length);
    }

    private static void Print(double margin, (double Threshold, double Precision, double HitRate)[] halvings)
    {
        Console.WriteLine(
            $"margin {margin}: threshold {Spread(halvings.Select(halving => halving.Threshold))}, held-out precision {Spread(halvings.Select(halving => halving.Precision))}, "
            + $"hit rate {Spread(halvings.Select(halving => halving.HitRate))}; {halvings.Count(halving => halving is { Precision: >= Target, HitRate: >= 0.2 })} of {Splits} halvings reach both goals");
    }

    private static string Spread(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return string.Create(CultureInfo.InvariantCulture, $"{sorted[sorted.Count / 2]:0.000} ({sorted[0]:0.000}–{sorted[^1]:0.000})");
    }

    /// <param name="Nearest">The nearest stored question, and whether its answer is right.</param>
    /// <param name="Lead">How much less similar the nearest question with another answer is.</param>
    private readonly record struct Asked(JudgedSimilarity Nearest, double Lead);
}
