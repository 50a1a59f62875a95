using System.Diagnostics;
using System.Globalization;
using System.Text;
using LlmGateway.LocalModel;

namespace LlmGateway.Benchmarks.Local;

/// <summary>What fine-tuning on the whole training part is worth: banking77's 77 intents and TREC's 6 coarse classes.</summary>
internal static class FineTuned
{
    public static IEnumerable<Measure> Measure(string data)
    {
        yield return Row(
            "banking77", .91, LabelledQuestion.ReadAll(Path.Combine(data, "banking77", "train.csv")), LabelledQuestion.ReadAll(Path.Combine(data, "banking77", "test.csv")));
        yield return Row("TREC", .89, Trec(data, "train_5500.label"), Trec(data, "TREC_10.label"));
    }

    private static Measure Row(string name, double goal, IReadOnlyList<LabelledQuestion> train, IReadOnlyList<LabelledQuestion> test)
    {
        var start = Stopwatch.GetTimestamp();
        var training = new LabelTraining([.. train.Select(row => new Example(row.Text, row.Label))], [], new TrainingSettings());
        _ = training.Run().Count();
        var took = string.Create(CultureInfo.InvariantCulture, $"accuracy, fine-tuned in {Stopwatch.GetElapsedTime(start).TotalSeconds:f1} s");
        var right = test.Count(row => training.Model.Rank(row.Text)[0].Text == row.Label);
        return new Measure(name, took, Interval.Wilson(right, test.Count), goal);
    }

    private static List<LabelledQuestion> Trec(string data, string file) =>
        [.. File.ReadLines(Path.Combine(data, "trec-qc", file), Encoding.Latin1).Select(line =>
            new LabelledQuestion(line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..], line[..line.IndexOf(':', StringComparison.Ordinal)]))];
}
