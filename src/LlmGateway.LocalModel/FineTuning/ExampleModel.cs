using LlmGateway.Text.Similarity;

namespace LlmGateway.LocalModel;

/// <summary>Answers as the most similar training example was answered: for answers that are no closed set of labels.</summary>
internal sealed class ExampleModel(IReadOnlyList<Example> examples) : ILearnedModel
{
    /// <summary>20,000: 80 MB of vectors.</summary>
    public const int MostExamples = 20_000;
    private const int Answers = 5;
    private readonly float[][] _vectors = [.. examples.AsParallel().AsOrdered().Select(example => Embedder.Embed(example.Input))];

    public long SizeBytes => examples.Count * ((long)Embedder.DefaultDimensions * sizeof(float)) + examples.Sum(example => 2L * (example.Input.Length + example.Output.Length));

    public IReadOnlyList<Candidate> Rank(string text)
    {
        var query = Embedder.Embed(text);
        return [.. _vectors.Select((vector, i) => new Candidate(examples[i].Output, Vectors.Dot(query, vector)))
            .OrderByDescending(candidate => candidate.Score).Take(Answers)];
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(examples.Count);
        foreach (var example in examples)
        {
            writer.Write(example.Input);
            writer.Write(example.Output);
        }
    }

    public static ExampleModel Read(BinaryReader reader)
    {
        var examples = new Example[reader.ReadInt32()];
        for (var i = 0; i < examples.Length; i++)
        {
            examples[i] = new Example(reader.ReadString(), reader.ReadString());
        }

        return new ExampleModel(examples);
    }
}
