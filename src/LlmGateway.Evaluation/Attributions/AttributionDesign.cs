using LlmGateway.Statistics;

namespace LlmGateway.Evaluation.Attributions;

/// <summary>Which combinations of the changes are run, and which effects that tells.</summary>
internal sealed class AttributionDesign
{
    public const string LeaveOneOutOnly = "leave_one_out";
    public const string AddOneInOnly = "add_one_in";
    public const string Full = "full";
    public const string Sampled = "shapley";

    public static readonly string[] All = [LeaveOneOutOnly, AddOneInOnly, Full, Sampled];

    private readonly int _changes;
    private readonly HashSet<int> _combinations;
    private readonly ShapleySample? _sample;

    private AttributionDesign(int changes, HashSet<int> combinations, ShapleySample? sample) =>
        (_changes, _combinations, _sample) = (changes, combinations, sample);

    /// <summary>In the order in which they are run: small ones first.</summary>
    public IEnumerable<int> Combinations => _combinations.OrderBy(set => int.PopCount(set)).ThenBy(set => set);

    /// <summary>All changes.</summary>
    public int Everything => (1 << _changes) - 1;

    private bool IsFull => _combinations.Count == 1 << _changes;

    /// <param name="name">One of <see cref="All"/>.</param>
    /// <param name="changes">How many changes there are.</param>
    /// <param name="maxRuns">The combinations that <see cref="Sampled"/> may run.</param>
    /// <param name="seed">Chooses among them.</param>
    public static AttributionDesign Of(string name, int changes, int maxRuns, int seed)
    {
        var everything = (1 << changes) - 1;
        var bits = Enumerable.Range(0, changes).Select(change => 1 << change).ToList();

        // The ladder is part of each design.
        HashSet<int> combinations = [.. Enumerable.Range(0, changes + 1).Select(rungs => (1 << rungs) - 1)];
        combinations.UnionWith(name == LeaveOneOutOnly ? [] : bits);
        combinations.UnionWith(name == AddOneInOnly ? [] : bits.Select(bit => everything & ~bit));
        if (name == Full || (name == Sampled && 1 << changes <= maxRuns))
        {
            combinations.UnionWith(Enumerable.Range(0, 1 << changes));
        }

        var sample = name == Sampled && combinations.Count < 1 << changes ? ShapleySample.Draw(changes, combinations, maxRuns, (ulong)seed) : null;
        combinations.UnionWith(sample?.Combinations ?? []);
        return new AttributionDesign(changes, combinations, sample);
    }

    /// <summary>What is lost when only this change is taken away; null where that was not run.</summary>
    public Contrast? LeaveOneOut(int change) => IfRun(Contrast.Between(Everything, Everything & ~(1 << change)));

    /// <summary>What this change alone adds to the base; null where that was not run.</summary>
    public Contrast? AddOneIn(int change) => IfRun(Contrast.Between(1 << change, 0));

    /// <summary>The change's fair share of the whole effect; null where too little was run.</summary>
    public Contrast? ShapleyValue(int change) => IsFull ? Shapley.Value(_changes, change) : _sample?.Value(change);

    /// <summary>The error that comes from not having run all combinations; null where there is none, or it is unknown.</summary>
    public double? SamplingError(int change, Func<int, double> mean) => _sample?.StandardError(change, mean);

    /// <summary>How much more two changes are worth together; null where not all combinations were run.</summary>
    public Contrast? Interaction(int first, int second) => IsFull ? Shapley.Interaction(_changes, first, second) : null;

    private Contrast? IfRun(Contrast contrast) => contrast.Weights.Keys.All(_combinations.Contains) ? contrast : null;
}
