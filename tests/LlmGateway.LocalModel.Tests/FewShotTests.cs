using LlmGateway.Text.Search;

namespace LlmGateway.LocalModel.Tests;

/// <summary>On real questions: 20 intents of banking77.</summary>
public sealed class FewShotTests
{
    [Fact]
    public void Five_examples_a_label_beat_the_labels_words_alone()
    {
        var rows = Rows();
        var labels = rows.Select(row => row.Label).Distinct().ToList();
        var examples = rows.Where(row => row.Split == "train").Select(row => new Example(row.Text, row.Label)).ToList();
        var tests = rows.Where(row => row.Split == "test").ToList();

        var zeroShot = Accuracy(tests, labels, []);
        var fewShot = Accuracy(tests, labels, examples);

        TestContext.Current.SendDiagnosticMessage($"zero-shot {zeroShot:f3}, five examples {fewShot:f3}");
        Assert.True(zeroShot > 0.2, $"chance is 0.05, got {zeroShot}");
        Assert.True(fewShot > zeroShot + 0.1, $"zero-shot {zeroShot}, five examples {fewShot}");
    }

    [Fact]
    public void Five_examples_chosen_for_the_question_beat_five_at_random()
    {
        var rows = Rows();
        var labels = string.Join(", ", rows.Select(row => row.Label).Distinct());
        var examples = rows.Where(row => row.Split == "train").ToList();
        var tests = rows.Where(row => row.Split == "test").ToList();
        var selection = new ExampleSelection([.. examples.Select(row => row.Text)], [.. examples.Select(row => row.Label)]);
        var random = new Random(77);

        var drawn = Right(_ => random.GetItems(Enumerable.Range(0, examples.Count).ToArray(), 5));
        var chosen = Right(question => selection.Nearest(question, [question], new ExampleOptions(5, Diversity: 0.3, SkipsNearDuplicates: true)));

        TestContext.Current.SendDiagnosticMessage($"of {tests.Count}: at random {drawn}, chosen {chosen}");
        Assert.True(chosen > 1.5 * drawn, $"of {tests.Count}: at random {drawn}, chosen {chosen}");

        int Right(Func<string, IReadOnlyList<int>> choose) => tests.Count(test => test.Label == Answer(
        [
            new ChatTurn("system", $"Answer with one of these labels: {labels}"),
            .. choose(test.Text).SelectMany(IEnumerable<ChatTurn> (index) => [new("user", examples[index].Text), new("assistant", examples[index].Label)]),
            new ChatTurn("user", test.Text),
        ]));
    }

    [Fact]
    public void A_message_of_two_sentences_is_labelled_by_both()
    {
        ChatTurn[] turns =
        [
            new("user", "My card was lost. What should I do?"), new("assistant", "lost_card"),
            new("user", "The rate was wrong. What should I do?"), new("assistant", "exchange_rate"),
            new("user", "The rate seems wrong to me. What should I do?"),
        ];
        Assert.Equal("exchange_rate", Answer(turns));
        Assert.Equal("lost_card", Answer([.. turns[..2], new("user", "I lost it. What should I do?")]));
    }

    [Fact]
    public void A_passage_that_says_one_of_names_no_labels() => Assert.Equal(
        "The prize was shared in 1915.",
        Answer([new("user", "Context: Edison received one of 38 bids, of silver or gold. The prize was shared in 1915.\n\nQuestion: When was the prize shared?")]));

    private static string Answer(ChatTurn[] turns) =>
        Responder.Answer(new Generation { Turns = turns, Sampling = new Sampling(1, null, [], 0, null) }, 0).Text;

    private static double Accuracy(List<(string Split, string Text, string Label)> tests, List<string> labels, List<Example> examples) =>
        tests.Average(test => LabelClassifier.Rank(test.Text, labels, examples)[0].Text == test.Label ? 1.0 : 0.0);

    private static List<(string Split, string Text, string Label)> Rows()
    {
        using var reader = new StreamReader(typeof(FewShotTests).Assembly.GetManifestResourceStream("banking77-excerpt.csv")!);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line =>
        {
            var (first, last) = (line.IndexOf(','), line.LastIndexOf(','));
            return (line[..first], line[(first + 1)..last], line[(last + 1)..]);
        })];
    }
}
