using CsCheck;
using LlmGateway.Text.Search;

namespace LlmGateway.Text.Tests;

/// <summary>Examples for a question, whatever the examples are.</summary>
public sealed class ExampleSelectionTests
{
    private static readonly Gen<string> Sentence = Gen.OneOf("card", "stolen", "rate", "exchange", "euro", "bank", "top", "up", "the", "PIN!").Array[0, 8].Select(words => string.Join(' ', words));

    private static readonly Gen<(string Input, string? Output)[]> Examples = Gen.Select(Sentence, Gen.OneOf("a", "b", "c").Null()).Array[0, 40];

    private static readonly Gen<ExampleOptions> Options = Gen.Select(
        Gen.Int[0, 12], Gen.OneOf(0.0, 0.3, 1.0), Gen.Bool, Gen.Bool, (count, diversity, balanced, near) => new ExampleOptions(count, diversity, balanced, near));

    [Fact]
    public void No_example_repeats_the_question_lacks_an_output_or_comes_twice_and_as_many_come_as_can() => Gen.Select(Examples, Sentence, Options).Sample((examples, question, options) =>
    {
        var chosen = Choose(examples, question, options);
        Assert.Equal(chosen.Count, chosen.Distinct().Count());
        Assert.All(chosen, index => Assert.NotNull(examples[index].Output));
        Assert.DoesNotContain(chosen, index => Same(examples[index].Input, question));
        var usable = examples.Count(example => example.Output is not null && !Same(example.Input, question));
        Assert.True(options.SkipsNearDuplicates ? chosen.Count <= Math.Min(options.Count, usable) : chosen.Count == Math.Min(options.Count, usable));
        Assert.Equal(chosen, Choose(examples, question, options));
    });

    [Fact]
    public void Balanced_counts_differ_by_one_at_most_unless_an_output_has_no_more() => Gen.Select(Examples, Sentence, Gen.Int[0, 12], Gen.OneOf(0.0, 0.3)).Sample((examples, question, count, diversity) =>
    {
        var chosen = Choose(examples, question, new ExampleOptions(count, diversity, IsBalanced: true));
        var counts = examples.Where(example => example.Output is not null && !Same(example.Input, question)).GroupBy(example => example.Output)
            .Select(group => (Chosen: chosen.Count(index => examples[index].Output == group.Key), All: group.Count())).ToList();
        var most = counts.Select(group => group.Chosen).DefaultIfEmpty().Max();
        Assert.All(counts, group => Assert.True(group.Chosen >= most - 1 || group.Chosen == group.All));
    });

    [Fact]
    public void Near_duplicates_of_the_question_are_left_out_when_asked()
    {
        (string, string?)[] examples = [("My card was stolen yesterday in Paris", "a"), ("Where is the nearest bank", "b")];
        Assert.Equal([1, 0], Choose(examples, "Yesterday my card was stolen in Paris!", new ExampleOptions(2)));
        Assert.Equal([1], Choose(examples, "Yesterday my card was stolen in Paris!", new ExampleOptions(2, SkipsNearDuplicates: true)));
    }

    [Fact]
    public void Diversity_takes_another_example_instead_of_the_same_again()
    {
        (string, string?)[] examples = [("exchange rate of the euro today", "a"), ("today exchange rate of the euro", "a"), ("exchange rate at weekends", "a")];
        Assert.Equal([1, 0], Choose(examples, "What is the euro exchange rate?", new ExampleOptions(2)));
        Assert.Equal([2, 0], Choose(examples, "What is the euro exchange rate?", new ExampleOptions(2, Diversity: 0.5)));
    }

    private static IReadOnlyList<int> Choose((string Input, string? Output)[] examples, string question, ExampleOptions options) =>
        new ExampleSelection([.. examples.Select(example => example.Input)], [.. examples.Select(example => example.Output)]).Nearest(question, [question], options);

    private static bool Same(string a, string b) => Metrics.SquadAnswer.Normalize(a) == Metrics.SquadAnswer.Normalize(b);
}
