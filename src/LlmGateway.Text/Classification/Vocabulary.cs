using System.Runtime.InteropServices;

namespace LlmGateway.Text.Classification;

/// <summary>The features that a model knows, each with its row of weights. Row 0 is the bias, which every text has.</summary>
internal sealed class Vocabulary
{
    // Beside a text's length of 1: labels differ in how frequent they are, and words should still decide.
    private const float Bias = 0.3f;
    private readonly uint[] _hashes;
    private readonly Dictionary<uint, int> _rows;

    private Vocabulary(uint[] hashes)
    {
        _hashes = hashes;
        _rows = new Dictionary<uint, int>(hashes.Length);
        for (var i = 0; i < hashes.Length; i++)
        {
            _rows[hashes[i]] = i + 1;
        }
    }

    public int Rows => _hashes.Length + 1;

    /// <summary>Those of the texts that occur in two of them at least; the most frequent ones when they are more than <paramref name="most"/>.</summary>
    public static Vocabulary Build(IEnumerable<Dictionary<uint, int>> texts, int most)
    {
        var frequencies = new Dictionary<uint, int>();
        foreach (var hash in texts.SelectMany(text => text.Keys))
        {
            CollectionsMarshal.GetValueRefOrAddDefault(frequencies, hash, out _)++;
        }

        return new Vocabulary([.. frequencies.Where(entry => entry.Value > 1)
            .OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key).Select(entry => entry.Key).Take(most)]);
    }

    /// <summary>Counts, sublinear, scaled to length 1, and the bias.</summary>
    public SparseText Encode(Dictionary<uint, int> text)
    {
        List<int> rows = [0];
        List<float> values = [Bias];
        var squares = 0f;
        foreach (var (hash, count) in text)
        {
            if (_rows.TryGetValue(hash, out var row))
            {
                var value = 1 + MathF.Log(count);
                rows.Add(row);
                values.Add(value);
                squares += value * value;
            }
        }

        var scale = squares > 0 ? 1 / MathF.Sqrt(squares) : 0;
        for (var i = 1; i < values.Count; i++)
        {
            values[i] *= scale;
        }

        return new SparseText([.. rows], [.. values]);
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(_hashes.Length);
        writer.Write(MemoryMarshal.AsBytes<uint>(_hashes));
    }

    public static Vocabulary Read(BinaryReader reader)
    {
        var hashes = new uint[reader.ReadInt32()];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(hashes.AsSpan()));
        return new Vocabulary(hashes);
    }
}
