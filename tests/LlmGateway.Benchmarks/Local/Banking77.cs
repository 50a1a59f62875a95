using LlmGateway.LocalModel;
using LlmGateway.Text.Similarity;

namespace LlmGateway.Benchmarks.Local;

/// <summary>banking77: 77 intents; what the labels alone, a few examples and retrieved examples are each worth.</summary>
internal static class Banking77
{
    private const int Nearest = 10;

    public static IEnumerable<Measure> Measure(string data)
    {
        var train = LabelledQuestion.ReadAll(Path.Combine(data, "banking77", "train.csv"));
        var test = LabelledQuestion.ReadAll(Path.Combine(data, "banking77", "test.csv"));
        var labels = train.Select(row => row.Label).Distinct().ToList();
        yield return Row("the labels alone", null, test, _ => Ask(labels, []));
        foreach (var (count, goal) in new[] { (5, .63), (10, .71) })
        {
            var examples = train.GroupBy(row => row.Label).SelectMany(label => Spread(label.ToList(), count)).ToList();
            yield return Row($"labels and {count} examples of each", goal, test, _ => Ask(labels, examples));
        }

        var vectors = train.AsParallel().AsOrdered().Select(row => Embedder.Embed(row.Text)).ToList();
        yield return Row($"the {Nearest} nearest training examples by `local/embedding`", .855, test, text => Ask([], NearestTo(text, train, vectors)));
    }

    private static Measure Row(string what, double? goal, IReadOnlyList<LabelledQuestion> test, Func<string, IReadOnlyList<ChatTurn>> ask)
    {
        var right = test.AsParallel().Count(row => Answer([.. ask(row.Text), new ChatTurn("user", row.Text)]) == row.Label);
        return new Measure("banking77", $"accuracy, given {what}", Interval.Wilson(right, test.Count), goal);
    }

    private static string Answer(IReadOnlyList<ChatTurn> turns) =>
        Responder.Answer(new Generation { Turns = turns, Sampling = new Sampling(1, null, [], 0, null) }, 0).Text;

    private static List<ChatTurn> Ask(List<string> labels, IReadOnlyList<LabelledQuestion> examples)
    {
        List<ChatTurn> turns = labels.Count > 0 ? [new ChatTurn("system", $"Answer with one of these labels: {string.Join(", ", labels)}")] : [];
        foreach (var example in examples)
        {
            turns.Add(new ChatTurn("user", example.Text));
            turns.Add(new ChatTurn("assistant", example.Label));
        }

        return turns;
    }

    private static List<LabelledQuestion> NearestTo(string text, IReadOnlyList<LabelledQuestion> train, List<float[]> vectors)
    {
        var query = Embedder.Embed(text);
        return [.. train.Zip(vectors, (row, vector) => (row, likeness: Vectors.Dot(query, vector)))
            .OrderByDescending(pair => pair.likeness).Take(Nearest).Select(pair => pair.row)];
    }

    // Evenly over the rows of the label: no chance, and no choice.
    private static IEnumerable<LabelledQuestion> Spread(List<LabelledQuestion> rows, int count) =>
        Enumerable.Range(0, count).Select(i => rows[i * rows.Count / count]);
}
