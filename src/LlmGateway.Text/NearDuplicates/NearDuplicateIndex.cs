namespace LlmGateway.Text.NearDuplicates;

/// <summary>A text that is like another.</summary>
/// <param name="Index">Its number, from 0 in the order of adding.</param>
/// <param name="Jaccard">How like, from the threshold to 1.</param>
public readonly record struct NearDuplicate(int Index, double Jaccard);

/// <summary>
/// Finds texts that are nearly the same among those added before: candidates are texts that share a band of their MinHash signatures,
/// and each is verified by its likeness, so what is found is right, and of a hundred pairs at the threshold fewer than one is missed.
/// A short text takes about 0.6 KB, a long one 1.4 KB at most. Not for use by two at a time.
/// </summary>
public sealed class NearDuplicateIndex
{
    /// <summary>Likeness from which on texts are near duplicates unless another is said.</summary>
    public const double DefaultThreshold = 0.8;

    /// <summary>Lowest likeness that can be asked for: below it, too many texts are candidates of each other.</summary>
    public const double MinThreshold = 0.5;

    /// <summary>Of a band that more texts share, the newest are candidates, so that a heap of texts of one pattern costs no square of its size.</summary>
    private const int MaxChain = 128;

    private const int None = -1;

    private readonly double _threshold;
    private readonly Bands _bands;
    private readonly List<TextSketch> _sketches = [];
    private readonly List<int> _candidates = [];
    private readonly uint[] _keys;

    /// <summary>Per text and band: the band's key, and the text before with the same slot.</summary>
    private readonly List<(uint Key, int Previous)> _links = [];

    /// <summary>When each text was a candidate last, by the number of the search.</summary>
    private readonly List<int> _seen = [];

    /// <summary>Per band the newest text of each slot, slots a power of two.</summary>
    private int[] _heads;
    private int _slots = 1024;
    private int _search;

    /// <param name="threshold">From 0.5 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public NearDuplicateIndex(double threshold = DefaultThreshold)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threshold, MinThreshold);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threshold, 1);
        _threshold = threshold;
        _bands = Bands.For(threshold);
        _keys = new uint[_bands.Count];
        _heads = NewHeads();
    }

    /// <summary>Texts that were added.</summary>
    public int Count => _sketches.Count;

    /// <summary>The likest text before, of equals the first one, or null; and adds the text.</summary>
    public NearDuplicate? Add(string text)
    {
        var sketch = TextSketch.Of(text);
        var found = Find(sketch);
        Add(sketch);
        return found;
    }

    /// <summary>The likest of the texts, of equals the first one; null if none is like it.</summary>
    public NearDuplicate? Find(TextSketch sketch) =>
        FindAll(sketch) is { Count: > 0 } found ? found.MinBy(match => (-match.Jaccard, match.Index)) : null;

    /// <summary>The texts that are like it.</summary>
    public IReadOnlyList<NearDuplicate> FindAll(TextSketch sketch)
    {
        var found = new List<NearDuplicate>();
        foreach (var candidate in Candidates(sketch))
        {
            var jaccard = sketch.Jaccard(_sketches[candidate]);
            if (jaccard >= _threshold)
            {
                found.Add(new NearDuplicate(candidate, jaccard));
            }
        }

        return found;
    }

    /// <summary>Adds a text's sketch, which cannot be looked for any more.</summary>
    public void Add(TextSketch sketch)
    {
        ArgumentNullException.ThrowIfNull(sketch);
        ReadKeys(sketch);
        var index = _sketches.Count;
        if (index == _slots)
        {
            Grow();
        }

        for (var band = 0; band < _bands.Count; band++)
        {
            Link(index, band, _keys[band]);
        }

        sketch.DropSignature();
        _sketches.Add(sketch);
        _seen.Add(0);
    }

    /// <summary>Whether two texts, the first of them added, are as like as the threshold.</summary>
    internal bool AreAlike(int index, TextSketch sketch) => sketch.Jaccard(_sketches[index]) >= _threshold;

    /// <summary>Whether they have the same shingles: what is like the one is like the other.</summary>
    internal bool AreTheSame(int index, TextSketch sketch) => sketch.HasAllOf(_sketches[index]);

    /// <summary>Texts that share a band, each once. Valid until the next call.</summary>
    internal IReadOnlyList<int> Candidates(TextSketch sketch)
    {
        ReadKeys(sketch);
        _candidates.Clear();
        _search++;
        for (var band = 0; band < _bands.Count; band++)
        {
            var left = MaxChain;
            for (var index = _heads[Slot(band, _keys[band])]; index != None && left > 0; index = _links[(index * _bands.Count) + band].Previous)
            {
                if (_links[(index * _bands.Count) + band].Key != _keys[band])
                {
                    continue;
                }

                left--;
                if (_seen[index] != _search)
                {
                    _seen[index] = _search;
                    _candidates.Add(index);
                }
            }
        }

        return _candidates;
    }

    private void ReadKeys(TextSketch sketch)
    {
        for (var band = 0; band < _bands.Count; band++)
        {
            // FNV-1a over whole hashes, and MurmurHash3's finalizer.
            var key = 2166136261u;
            foreach (var hash in sketch.Signature.AsSpan(band * _bands.Rows, _bands.Rows))
            {
                key = (key ^ hash) * 16777619u;
                key ^= key >> 15;
            }

            key = (key ^ (key >> 16)) * 0x85EBCA6Bu;
            _keys[band] = (key ^ (key >> 13)) * 0xC2B2AE35u;
        }
    }

    private void Link(int index, int band, uint key)
    {
        ref var head = ref _heads[Slot(band, key)];
        _links.Add((key, head));
        head = index;
    }

    private int Slot(int band, uint key) => (band * _slots) + (int)(key & (uint)(_slots - 1));

    private int[] NewHeads()
    {
        var heads = new int[_bands.Count * _slots];
        Array.Fill(heads, None);
        return heads;
    }

    private void Grow()
    {
        _slots *= 2;
        _heads = NewHeads();
        var links = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_links);
        for (var place = 0; place < links.Length; place++)
        {
            var (index, band) = Math.DivRem(place, _bands.Count);
            ref var head = ref _heads[Slot(band, links[place].Key)];
            links[place].Previous = head;
            head = index;
        }
    }
}
