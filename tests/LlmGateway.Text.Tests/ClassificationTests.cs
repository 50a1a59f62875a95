using LlmGateway.Text.Classification;

namespace LlmGateway.Text.Tests;

/// <summary>The classifier of short texts.</summary>
public sealed class ClassificationTests
{
    private static readonly (string Text, string Label)[] Examples =
    [
        ("reset the printer", "device"), ("reset the phone", "device"), ("where is my order", "order"), ("where is the order of mine", "order"),
    ];

    [Fact]
    public void It_learns_what_tells_labels_apart_and_comes_back_as_it_was_written()
    {
        var learner = new LabelLearner(Examples, 2);
        var first = learner.Learn([0, 2], 1);
        for (var step = 0; step < 50; step++)
        {
            learner.Learn([step % 4, (step + 2) % 4], 1);
        }

        Assert.Equal((Math.Log(2), 0.5), (first.Loss, first.Accuracy), (expected, actual) => Math.Abs(expected.Item1 - actual.Item1) < 1e-6 && expected.Item2 == actual.Item2);
        Assert.Equal(["device", "order"], learner.Classifier.Labels);
        var read = Copy(learner.Classifier);
        Assert.Equal(learner.Classifier.Classify("reset my order"), read.Classify("reset my order"), (a, b) => Math.Abs(a - b) < 1e-3);
        Assert.Equal([0, 1], new[] { "reset it", "the order" }.Select(text => TextClassifier.Best(read.Classify(text))));
        Assert.Equal(1, read.Classify("neither of them").Sum(), 1e-5);
    }

    [Fact]
    public void With_fewer_weights_the_rarest_features_go()
    {
        var (all, few) = (new LabelLearner(Examples, 2).Classifier, new LabelLearner(Examples, 2, 256).Classifier);
        Assert.True(few.SizeBytes < all.SizeBytes / 2, $"{few.SizeBytes} of {all.SizeBytes}");
        Assert.InRange(few.SizeBytes, 1, 256 * (sizeof(float) + 40));
    }

    private static TextClassifier Copy(TextClassifier classifier)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        classifier.Write(writer);
        writer.Flush();
        stream.Position = 0;
        using var reader = new BinaryReader(stream);
        return TextClassifier.Read(reader);
    }
}
