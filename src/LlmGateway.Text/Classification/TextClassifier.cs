namespace LlmGateway.Text.Classification;

/// <summary>Gives texts one of the labels that it learned from a <see cref="LabelLearner"/>, as which it changes; read from a stream it never does, and many threads may use it.</summary>
public sealed class TextClassifier
{
    private readonly Vocabulary _vocabulary;
    private readonly SoftmaxWeights _weights;

    internal TextClassifier(IReadOnlyList<string> labels, Vocabulary vocabulary, SoftmaxWeights weights) =>
        (Labels, _vocabulary, _weights) = (labels, vocabulary, weights);

    public IReadOnlyList<string> Labels { get; }

    /// <summary>Memory it takes, in bytes, roughly.</summary>
    public long SizeBytes => _weights.SizeBytes + (_vocabulary.Rows * 40L);

    /// <summary>What it sees of a text, for one that is classified more than once.</summary>
    public SparseText Encode(string text) => _vocabulary.Encode(TextGrams.Of(text));

    /// <summary>Each label's probability, in the labels' order.</summary>
    public float[] Classify(string text) => Classify(Encode(text));

    /// <inheritdoc cref="Classify(string)"/>
    public float[] Classify(SparseText text)
    {
        var output = _weights.NewOutput();
        _weights.Predict(text, output);
        return output[..Labels.Count];
    }

    public void Write(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(Labels.Count);
        foreach (var label in Labels)
        {
            writer.Write(label);
        }

        _vocabulary.Write(writer);
        _weights.Write(writer);
    }

    public static TextClassifier Read(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var labels = new string[reader.ReadInt32()];
        for (var i = 0; i < labels.Length; i++)
        {
            labels[i] = reader.ReadString();
        }

        return new TextClassifier(labels, Vocabulary.Read(reader), SoftmaxWeights.Read(reader));
    }

    /// <summary>The place of the highest; the first of equals.</summary>
    public static int Best(ReadOnlySpan<float> probabilities)
    {
        var best = 0;
        for (var i = 1; i < probabilities.Length; i++)
        {
            best = probabilities[i] > probabilities[best] ? i : best;
        }

        return best;
    }
}
