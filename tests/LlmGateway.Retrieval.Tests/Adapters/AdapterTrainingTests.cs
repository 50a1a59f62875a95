using LlmGateway.Retrieval.Adapters;
using LlmGateway.Text.Similarity;

namespace LlmGateway.Retrieval.Tests.Adapters;

/// <summary>The matrix that queries' vectors go through.</summary>
public sealed class AdapterTrainingTests
{
    private const int Dimensions = 24;
    private static readonly AdapterSettings Settings = new(Epochs: 30, BatchSize: 16);

    [Fact]
    public void The_identity_changes_no_query()
    {
        var query = Random(1);
        Assert.Equal(query, LinearAdapter.Identity(Dimensions).Apply(query), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void A_matrix_comes_back_as_it_was_kept()
    {
        var training = new AdapterTraining(Rotated(40, 7), Settings, 1);
        training.RunEpoch(1, CancellationToken.None);
        Assert.Equal(training.Adapter.Apply(Random(3)), LinearAdapter.FromBytes(training.Adapter.ToBytes()).Apply(Random(3)));
        Assert.Throws<InvalidDataException>(() => LinearAdapter.FromBytes(new byte[12]));
    }

    /// <summary>The gradient against differences of the loss, by a step so small that the loss falls by rate · ‖gradient‖².</summary>
    [Fact]
    public void A_small_step_lowers_the_loss_by_as_much_as_the_gradient_says()
    {
        var pairs = Rotated(8, 7);
        var small = Settings with { BatchSize = 8, LearningRate = 1e-4f, L2 = 0 };
        var training = new AdapterTraining(pairs, small, 1);
        var before = training.RunEpoch(1, CancellationToken.None);
        var moved = 0.0;
        for (var row = 0; row < Dimensions; row++)
        {
            var identity = LinearAdapter.Identity(Dimensions);
            for (var column = 0; column < Dimensions; column++)
            {
                moved += Math.Pow(training.Adapter.Row(row)[column] - identity.Row(row)[column], 2);
            }
        }

        var after = training.RunEpoch(1, CancellationToken.None);
        Assert.Equal(moved / small.LearningRate, before - after, 0.05 * (before - after));
    }

    [Fact]
    public async Task Queries_that_lie_turned_are_turned_back_also_those_that_were_not_seen()
    {
        var pairs = Rotated(400, 7);
        var fit = await AdapterFit.RunAsync([.. pairs.Take(240)], [.. pairs.Skip(240).Take(60)], Settings, 1, _ => Task.CompletedTask, CancellationToken.None);
        var unseen = pairs.Skip(300).ToList();
        var (before, after) = (unseen.Count(pair => IsNearest(pair.Query, pair, unseen)), unseen.Count(pair => IsNearest(fit.Adapter.Apply(pair.Query), pair, unseen)));
        Assert.True(fit.BestEpoch > 0);
        Assert.True(after > before + 30, $"{after} against {before} of {unseen.Count}");
        Assert.True(fit.Epochs[^1].Loss < fit.Epochs[1].Loss);
    }

    [Fact]
    public async Task Where_there_is_nothing_to_learn_the_identity_is_kept()
    {
        // Queries that are their passages: no epoch can be better.
        var pairs = Enumerable.Range(0, 40).Select(number => Pair(Random(number), Random(number), number)).ToList();
        var fit = await AdapterFit.RunAsync([.. pairs.Take(30)], [.. pairs.Skip(30)], Settings, 1, _ => Task.CompletedTask, CancellationToken.None);
        Assert.Equal((0, 5), (fit.BestEpoch, fit.Epochs.Count - 1));
        Assert.Equal(LinearAdapter.Identity(Dimensions).ToBytes(), fit.Adapter.ToBytes());
    }

    [Fact]
    public void Equal_seeds_give_equal_adapters()
    {
        byte[][] matrices = [.. Enumerable.Range(0, 2).Select(_ =>
        {
            var training = new AdapterTraining(Rotated(40, 7), Settings, 9);
            training.RunEpoch(1, CancellationToken.None);
            return training.Adapter.ToBytes();
        })];
        Assert.Equal(matrices[0], matrices[1]);
    }

    [Fact]
    public void A_passage_that_answers_too_is_no_wrong_answer()
    {
        // Both passages answer both queries: with no wrong answer there is no loss.
        var passages = new HashSet<string> { "p1", "p2" };
        EmbeddedPair[] pairs = [new(Random(1), "p1", Random(2), passages), new(Random(3), "p2", Random(4), passages)];
        Assert.Equal(0, new AdapterTraining(pairs, Settings, 1).RunEpoch(1, CancellationToken.None), 12);
    }

    [Fact]
    public void No_query_is_trained_on_and_tested_on()
    {
        var pairs = Enumerable.Range(0, 100).Select(number => new TrainingPair($"q{number / 2}", number % 10 < 8 ? $"f{number}" : null, number % 10 < 8 ? null : "text")).ToList();
        var split = PairSplit.Of(pairs, 0.3, 5);
        Assert.Equal(100, split.Training.Count + split.Validation.Count + split.HeldOut.Count);
        Assert.Empty(split.HeldOut.Select(pair => pair.Query).Intersect(split.Training.Concat(split.Validation).Select(pair => pair.Query)));
        Assert.Empty(split.Training.Select(pair => pair.Query).Intersect(split.Validation.Select(pair => pair.Query)));
        Assert.DoesNotContain(split.HeldOut, pair => pair.FileId is null);
        Assert.Equal(12, split.HeldOut.DistinctBy(pair => pair.Query).Count());
    }

    /// <summary>Passages at random, and queries that are them with their halves changed about.</summary>
    private static List<EmbeddedPair> Rotated(int count, int seed) => [.. Enumerable.Range(0, count).Select(number =>
    {
        var passage = Random((seed * 10_000) + number);
        return Pair([.. passage[(Dimensions / 2)..], .. passage[..(Dimensions / 2)]], passage, number);
    })];

    private static EmbeddedPair Pair(float[] query, float[] passage, int number) => new(query, $"p{number}", passage, new HashSet<string> { $"p{number}" });

    private static bool IsNearest(float[] image, EmbeddedPair pair, List<EmbeddedPair> all) =>
        all.MaxBy(other => Vectors.Dot(image, other.PassageVector)) == pair;

    private static float[] Random(int seed)
    {
        var random = new Random(seed);
        var vector = new float[Dimensions];
        foreach (ref var value in vector.AsSpan())
        {
            value = (float)(random.NextDouble() - 0.5);
        }

        Vectors.Normalize(vector);
        return vector;
    }
}
