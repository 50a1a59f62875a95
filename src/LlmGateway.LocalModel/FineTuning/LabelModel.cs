namespace LlmGateway.LocalModel;

/// <summary>Answers with one of the labels of its training file.</summary>
internal sealed class LabelModel(IReadOnlyList<string> labels, Vocabulary vocabulary, SoftmaxWeights weights) : ILearnedModel
{
    public IReadOnlyList<string> Labels => labels;

    public long SizeBytes => weights.SizeBytes + (vocabulary.Rows * 40L);

    /// <summary>Every label with its probability.</summary>
    public IReadOnlyList<Candidate> Rank(string text)
    {
        var output = weights.NewOutput();
        weights.Predict(vocabulary.Encode(TextGrams.Of(text)), output);
        return [.. labels.Select((label, i) => new Candidate(label, output[i])).OrderByDescending(candidate => candidate.Score)];
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(labels.Count);
        foreach (var label in labels)
        {
            writer.Write(label);
        }

        vocabulary.Write(writer);
        weights.Write(writer);
    }

    public static LabelModel Read(BinaryReader reader)
    {
        var labels = new string[reader.ReadInt32()];
        for (var i = 0; i < labels.Length; i++)
        {
            labels[i] = reader.ReadString();
        }

        return new LabelModel(labels, Vocabulary.Read(reader), SoftmaxWeights.Read(reader));
    }

    /// <summary>The place of the highest; the first of equals.</summary>
    internal static int Best(ReadOnlySpan<float> probabilities)
    {
        var best = 0;
        for (var i = 1; i < probabilities.Length; i++)
        {
            best = probabilities[i] > probabilities[best] ? i : best;
        }

        return best;
    }
}
