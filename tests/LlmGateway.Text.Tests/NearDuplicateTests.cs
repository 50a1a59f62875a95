using LlmGateway.TestKit;
using LlmGateway.Text.NearDuplicates;

namespace LlmGateway.Text.Tests;

/// <summary>Near duplicates against likeness counted by hand, against every pair of real questions, and in heaps.</summary>
public sealed class NearDuplicateTests
{
    [Theory]
    // " abcdefgh " has 6 runs of five, and " abcdefgx " has; the first 4 are shared, of 8.
    [InlineData("abcdefgh", "abcdefgx", 4 / 8.0)]
    [InlineData("Where  is\nmy CARD?", " where is my card? ", 1)]
    [InlineData("abc", "abc", 1)]
    [InlineData("", " \n", 1)]
    [InlineData("abc", "xyz", 0)]
    [InlineData("カードはどこですか", "カードはどこですか", 1)]
    public void Likeness_is_the_share_of_common_runs_of_five_characters(string one, string other, double jaccard)
    {
        Assert.Equal(jaccard, TextSketch.Of(one).Jaccard(TextSketch.Of(other)), 1e-12);
        Assert.Equal(jaccard, TextSketch.Of(other).Jaccard(TextSketch.Of(one)), 1e-12);
    }

    [Theory]
    [InlineData(.6), InlineData(.8), InlineData(.95)]
    public void Likeness_of_long_texts_is_estimated(double jaccard)
    {
        // Texts of words of which both have so many that the runs' likeness is near the one asked for; the exact one is counted here.
        var random = new Random(7);
        var shared = Enumerable.Range(0, 2000).Select(_ => random.NextInt64().ToString("x16", null)).ToArray();
        var own = (int)(shared.Length * (1 - jaccard) / (2 * jaccard));
        var one = string.Join(' ', shared.Concat(Enumerable.Range(0, own).Select(_ => random.NextInt64().ToString("x16", null))));
        var other = string.Join(' ', shared.Concat(Enumerable.Range(0, own).Select(_ => random.NextInt64().ToString("x16", null))));
        var (left, right) = (Runs(one), Runs(other));
        var exact = left.Intersect(right).Count() / (double)left.Union(right).Count();
        Assert.InRange(TextSketch.Of(one).Jaccard(TextSketch.Of(other)), exact - .08, exact + .08);
    }

    [Theory]
    [InlineData(.8, 20, 5), InlineData(1, 1, 100), InlineData(.5, 27, 2)]
    public void Bands_miss_fewer_than_one_pair_in_a_thousand(double threshold, int count, int rows)
    {
        Assert.Equal(new Bands(count, rows), Bands.For(threshold));
        Assert.True(Math.Pow(1 - Math.Pow(threshold, rows), count) < .001);
    }

    [Fact]
    public void The_nearest_text_before_is_told()
    {
        var index = new NearDuplicateIndex();
        Assert.Null(index.Add("How do I activate my new card for online payments?"));
        Assert.Null(index.Add("Why was my transfer to a friend declined twice today?"));
        var found = index.Add("how do I activate my new card for online payment?");
        Assert.Equal(0, found?.Index);
        Assert.InRange(found!.Value.Jaccard, .8, .99);
        Assert.Equal(new NearDuplicate(2, 1), index.Add("How do I activate my new card for online payment?"));
        Assert.Equal(4, index.Count);
    }

    [Fact]
    public void Clusters_join_what_others_connect()
    {
        string[] texts = ["the quick brown fox jumps over the lazy dog today", "something else entirely, about bank cards", "the quick brown fox jumps over the lazy dog to"];
        var clusters = new NearDuplicateClusters(.75);
        foreach (var text in texts.Append("the quick brown fox jumps over the lazy dog toda").Append(texts[1]))
        {
            clusters.Add(text);
        }

        Assert.Equal([0, 1, 0, 0, 1], Enumerable.Range(0, 5).Select(clusters.ClusterOf));
    }

    [Fact]
    public void A_heap_of_texts_of_one_pattern_takes_time_that_grows_with_it() => Promptly.Do(TimeSpan.FromSeconds(20), () =>
    {
        var clusters = new NearDuplicateClusters();
        for (var number = 0; number < 20_000; number++)
        {
            clusters.Add($"Please summarise the following support ticket in one friendly sentence for the customer: ticket {number % 5000}");
        }

        Assert.All(Enumerable.Range(0, clusters.Count), number => Assert.Equal(0, clusters.ClusterOf(number)));
    });

    [Fact]
    public void Of_all_pairs_of_real_questions_those_that_are_alike_are_found_and_no_others()
    {
        var data = SharedData.Find(out var reason);
        Assert.SkipWhen(data is null, reason ?? "");
        var sketches = File.ReadLines(Path.Combine(data!, "banking77", "train.csv")).Skip(1).Where(line => line.Contains(',', StringComparison.Ordinal))
            .Select(line => TextSketch.Of(line[..line.LastIndexOf(',')])).ToArray();
        var exact = ExactPairs(sketches);
        var index = new NearDuplicateIndex();
        var found = new List<(int, int, double)>();
        foreach (var (number, sketch) in sketches.Index())
        {
            found.AddRange(index.FindAll(sketch).Select(match => (match.Index, number, match.Jaccard)));
            index.Add(sketch);
        }

        Assert.InRange(exact.Count, 50, 1_000_000);
        Assert.Empty(found.Except(exact));
        Assert.InRange(found.Count / (double)exact.Count, .99, 1);
        TestContext.Current.TestOutputHelper?.WriteLine($"{sketches.Length} questions, {exact.Count} pairs, {found.Count} found");
    }

    private static List<(int, int, double)> ExactPairs(TextSketch[] sketches) =>
    [
        .. Enumerable.Range(0, sketches.Length).AsParallel().SelectMany(right => Enumerable.Range(0, right)
            .Where(left => Math.Min(sketches[left].Kept, sketches[right].Kept) >= .8 * Math.Max(sketches[left].Kept, sketches[right].Kept))
            .Select(left => (left, right, Jaccard: sketches[right].Jaccard(sketches[left])))
            .Where(pair => pair.Jaccard >= NearDuplicateIndex.DefaultThreshold)),
    ];

    private static HashSet<string> Runs(string text) =>
        [.. Enumerable.Range(0, text.Length - 2).Select(start => $" {text} ".Substring(start, 5))];
}
