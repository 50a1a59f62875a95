namespace LlmGateway.Text.NearDuplicates;

/// <summary>
/// Texts in clusters: two that are nearly the same are in one, and so are those that others connect. Union by the lower number with
/// path halving (R. Tarjan and J. van Leeuwen 1984).
/// </summary>
/// <param name="threshold">Likeness that connects, from 0.5 to 1.</param>
public sealed class NearDuplicateClusters(double threshold = NearDuplicateIndex.DefaultThreshold)
{
    private readonly NearDuplicateIndex _index = new(threshold);

    /// <summary>Of each text in the index its number here: of texts that are the same only the first is indexed.</summary>
    private readonly List<int> _numbers = [];

    private readonly List<int> _parents = [];

    /// <summary>Texts that were added.</summary>
    public int Count => _parents.Count;

    /// <summary>Adds a text, which gets the next number, from 0.</summary>
    public void Add(string text)
    {
        var sketch = TextSketch.Of(text);
        var number = _parents.Count;
        _parents.Add(number);
        var isNew = true;
        foreach (var candidate in _index.Candidates(sketch))
        {
            var other = _numbers[candidate];
            // Most texts of a heap are in one cluster soon: they need no comparison.
            if (ClusterOf(other) == ClusterOf(number) || !_index.AreAlike(candidate, sketch))
            {
                continue;
            }

            Join(other, number);
            if (_index.AreTheSame(candidate, sketch))
            {
                isNew = false;
                break;
            }
        }

        if (isNew)
        {
            _index.Add(sketch);
            _numbers.Add(number);
        }
    }

    /// <summary>The cluster of a text: the lowest number in it.</summary>
    public int ClusterOf(int number)
    {
        while (_parents[number] != number)
        {
            number = _parents[number] = _parents[_parents[number]];
        }

        return number;
    }

    private void Join(int one, int other)
    {
        var (left, right) = (ClusterOf(one), ClusterOf(other));
        _parents[Math.Max(left, right)] = Math.Min(left, right);
    }
}
