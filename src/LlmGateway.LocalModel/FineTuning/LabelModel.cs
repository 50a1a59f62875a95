using LlmGateway.Text.Classification;

namespace LlmGateway.LocalModel;

/// <summary>Answers with one of the labels of its training file.</summary>
internal sealed class LabelModel(TextClassifier classifier) : ILearnedModel
{
    public IReadOnlyList<string> Labels => classifier.Labels;

    public long SizeBytes => classifier.SizeBytes;

    /// <summary>Every label with its probability.</summary>
    public IReadOnlyList<Candidate> Rank(string text) =>
        [.. classifier.Classify(text).Select((probability, label) => new Candidate(Labels[label], probability)).OrderByDescending(candidate => candidate.Score)];

    public void Write(BinaryWriter writer) => classifier.Write(writer);

    public static LabelModel Read(BinaryReader reader) => new(TextClassifier.Read(reader));
}
