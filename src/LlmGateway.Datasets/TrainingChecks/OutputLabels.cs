using LlmGateway.Contracts.Datasets;

namespace LlmGateway.Datasets.TrainingChecks;

/// <summary>How often each short output comes, of 10,000 different ones at most.</summary>
internal sealed class OutputLabels
{
    private const int MaxLabels = 10_000;
    private const int MaxLength = 200;
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, int> Counts => _counts;

    /// <param name="output">An example's output; null where it is not text.</param>
    public void Add(string? output)
    {
        if (output?.Trim() is { Length: > 0 and <= MaxLength } label && (_counts.Count < MaxLabels || _counts.ContainsKey(label)))
        {
            _counts[label] = _counts.GetValueOrDefault(label) + 1;
        }
    }

    public TrainingLabels ToReport() => new(_counts.Count, _counts.Values.DefaultIfEmpty().Max(), _counts.Values.DefaultIfEmpty().Min());
}
