using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using LlmGateway.Contracts.Datasets;
using LlmGateway.Datasets.Versions;
using LlmGateway.Datasets.Versions.Curation;
using LlmGateway.Datasets.Versions.Exports;
using LlmGateway.Text.NearDuplicates;

namespace LlmGateway.Datasets.TrainingChecks;

/// <summary>
/// What is counted of one part while its examples go by. Of each example it remembers two hashes, and of the first 50,000 to train on a
/// sketch.
/// </summary>
/// <param name="name">The part's.</param>
/// <param name="hash">Of what it is read from.</param>
/// <param name="model">Its vocabulary counts.</param>
/// <param name="need">What an example must have.</param>
/// <param name="trained">What is trained on, for a part that is compared with it; null for that itself.</param>
internal sealed class PartCheck(string name, string hash, string model, ItemNeed need, PartCheck? trained)
{
    /// <summary>Examples that are compared with others; a sketch has about 1 KB.</summary>
    public const int MaxCompared = 50_000;

    private const int MaxErrors = 10;
    private readonly List<TrainingCheckError> _errors = [];
    private readonly Dictionary<UInt128, UInt128> _outputOfInput = [];
    private readonly ToolCallRules _tools = new();
    private readonly OutputLabels _labels = new();
    private readonly StyleLint _style = new();
    private readonly NearDuplicateIndex _inputs = new();
    private StyleReport? _report;

    /// <summary>The first ten.</summary>
    public IReadOnlyList<TrainingCheckError> Errors => _errors;

    public int ErrorCount { get; private set; }

    public int Examples { get; private set; }

    public int Duplicates { get; private set; }

    /// <summary>Examples whose input an earlier one has with another output.</summary>
    public int Conflicts { get; private set; }

    public TrainingTokens Tokens { get; } = new(model, need);

    /// <summary>Examples whose input is, or nearly is, one that is trained on.</summary>
    public int Leaking { get; private set; }

    /// <summary>How the outputs are written, once all examples went by.</summary>
    public StyleReport? Style => _report ??= _style.ToReport();

    /// <summary>The labels, where outputs are such.</summary>
    public OutputLabels? Labels => Style is { AreLabels: true } ? _labels : null;

    public async Task AddAsync(TrainingExample example, CancellationToken cancellationToken)
    {
        Examples++;
        var fault = example.Fault ?? await _tools.FaultAsync(example.Content!, cancellationToken);
        if (fault is not null)
        {
            Refuse(example.Place, fault);
            return;
        }

        var item = example.Content!;
        Tokens.Add([item], cancellationToken);
        var output = ItemText.OfPlainReference(item.Reference);
        _style.Add(output);
        _labels.Add(output);
        Compare(item);
    }

    /// <summary>Whether a text is, or nearly is, an input of these examples.</summary>
    public bool Has(TextSketch sketch) => _inputs.Find(sketch) is not null;

    /// <summary>Something is wrong with the whole, or with an example.</summary>
    public void Refuse(string? place, string fault)
    {
        ErrorCount++;
        if (_errors.Count < MaxErrors)
        {
            _errors.Add(new TrainingCheckError(name, place, fault));
        }
    }

    public TrainingPartReport ToReport() => new(hash, Examples, Tokens.Total, Tokens.Longest?.Tokens ?? 0, Duplicates, Labels?.ToReport());

    private void Compare(ItemContent item)
    {
        var input = Hash(item.Input.GetRawText());
        var output = Hash($"{item.Reference?.GetRawText()}\n{item.Rejected?.GetRawText()}");
        if (!_outputOfInput.TryAdd(input, output))
        {
            var isSame = _outputOfInput[input] == output;
            Duplicates += isSame ? 1 : 0;
            Conflicts += isSame ? 0 : 1;
        }

        if (ItemText.OfInput(item.Input) is var text && string.IsNullOrWhiteSpace(text))
        {
            return;
        }

        if (trained is not null)
        {
            Leaking += trained.Has(TextSketch.Of(text)) ? 1 : 0;
        }
        else if (_inputs.Count < MaxCompared)
        {
            _inputs.Add(TextSketch.Of(text));
        }
    }

    private static UInt128 Hash(string text) => BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
