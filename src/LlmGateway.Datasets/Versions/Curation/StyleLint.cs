using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using LlmGateway.Text.Similarity;

namespace LlmGateway.Datasets.Versions.Curation;

/// <summary>
/// Looks at how the outputs of a version are written, one after another, and says what a model trained on them would learn. There is a
/// tale of a model that was tuned on a person's chat messages, asked to write a text, and answered "ok": its losses fell all the while,
/// and only a look at the data would have told. It remembers how often each short output came, of 50,000 different ones at most.
/// </summary>
internal sealed class StyleLint
{
    private const int MaxRemembered = 50_000;
    private const int MaxRememberedLength = 200;
    private const int Shown = 10;

    /// <summary>Words of a short output.</summary>
    private const int ShortWords = 2;

    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly HashSet<UInt128> _distinct = [];
    private readonly SortedDictionary<int, int> _lengths = [];
    private readonly HashSet<string> _acknowledgements = new(StringComparer.Ordinal);
    private readonly HashSet<string> _short = new(StringComparer.Ordinal);
    private int _outputs;
    private int _slang;
    private int _casual;

    /// <param name="output">An item's output; null where it is not text.</param>
    public void Add(string? output)
    {
        if (string.IsNullOrWhiteSpace(output))
        {
            return;
        }

        _outputs++;
        var words = Words.Of(output);
        _lengths[words.Count] = _lengths.GetValueOrDefault(words.Count) + 1;
        var slang = Register.HasSlang(words);
        _slang += slang ? 1 : 0;
        _casual += slang || Register.IsUnpunctuated(output, words) ? 1 : 0;
        Remember(string.Join(' ', output.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), words);
    }

    /// <returns>Null if no output was text.</returns>
    public StyleReport? ToReport()
    {
        if (_outputs == 0)
        {
            return null;
        }

        var frequent = _counts.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key, StringComparer.Ordinal).Take(Shown)
            .Select(entry => new FrequentOutput(entry.Key, entry.Value, Share(entry.Value))).ToArray();
        var findings = new StyleFindings(
            _outputs, _distinct.Count, AreLabels(), Share(CountTrivial()), Share(_casual), Share(_slang), new WordCounts(Quantile(0), Quantile(.1), Quantile(.5), Quantile(.9), Quantile(1)), frequent);
        return new StyleReport(
            _outputs, findings.AreLabels, findings.TrivialShare, Share(_distinct.Count), findings.CasualShare, findings.Words, frequent, StyleWarnings.Of(findings));
    }

    private void Remember(string normal, IReadOnlyList<string> words)
    {
        _distinct.Add(BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(MemoryMarshal.AsBytes(normal.AsSpan()))));
        if (normal.Length > MaxRememberedLength || (_counts.Count == MaxRemembered && !_counts.ContainsKey(normal)))
        {
            return;
        }

        _counts[normal] = _counts.GetValueOrDefault(normal) + 1;
        if (Register.IsAcknowledgement(words))
        {
            _acknowledgements.Add(normal);
        }
        else if (words.Count <= ShortWords)
        {
            _short.Add(normal);
        }
    }

    /// <summary>A short output says little if it comes again and again; one that comes once is a name, a number or the like.</summary>
    private int CountTrivial()
    {
        var often = Math.Max(3, _outputs / 200);
        return _acknowledgements.Sum(output => _counts[output]) + _short.Select(output => _counts[output]).Where(count => count >= often).Sum();
    }

    /// <summary>
    /// Whether the outputs are a closed set: almost every one is of those that come three times and more, and they are not what people
    /// say to be polite.
    /// </summary>
    private bool AreLabels() =>
        _distinct.Count >= 2
        && _counts.Values.Where(count => count >= 3).Sum() >= .95 * _outputs
        && _acknowledgements.Sum(output => _counts[output]) < .2 * _outputs;

    private double Share(int count) => Math.Round(count / (double)_outputs, 4);

    /// <summary>The length at a nearest rank.</summary>
    private int Quantile(double share)
    {
        var rank = Math.Max(1, (int)Math.Ceiling(share * _outputs));
        var passed = 0;
        return _lengths.First(length => (passed += length.Value) >= rank).Key;
    }
}
