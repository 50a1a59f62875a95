using LlmGateway.Text.Metrics;

namespace LlmGateway.Text.Search;

/// <summary>How examples are chosen.</summary>
/// <param name="Count">How many at most, from 0.</param>
/// <param name="Diversity">How much likeness to examples already chosen counts against likeness to the query, 0 to 1; 0 asks only for likeness to the query.</param>
/// <param name="IsBalanced">As many of each output as there can be.</param>
/// <param name="SkipsNearDuplicates">Whether an example that says nearly what the query says is left out, too.</param>
public readonly record struct ExampleOptions(int Count, double Diversity = 0, bool IsBalanced = false, bool SkipsNearDuplicates = false);

/// <summary>
/// Chooses the examples that stand before a question. It never changes, and any number of threads choose from it; the same question
/// always gets the same examples.
/// </summary>
public sealed class ExampleSelection
{
    /// <summary>Two texts are near-duplicates when they share this part of all their terms.</summary>
    private const double NearDuplicate = 0.8;

    private readonly IReadOnlyList<string> _inputs;
    private readonly IReadOnlyList<string?> _outputs;
    private readonly Bm25Index _index;
    private readonly ILookup<string, int> _byText;
    private readonly HashSet<string>?[] _terms;

    /// <param name="inputs">What the examples say.</param>
    /// <param name="outputs">What is to be answered to each; one without is never chosen.</param>
    public ExampleSelection(IReadOnlyList<string> inputs, IReadOnlyList<string?> outputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(outputs);
        (_inputs, _outputs) = (inputs, outputs);
        _index = Bm25Index.Build(inputs);
        _byText = inputs.Index().ToLookup(entry => SquadAnswer.Normalize(entry.Item), entry => entry.Index);
        _terms = new HashSet<string>[inputs.Count];
    }

    /// <summary>What it takes in memory beside the texts, nearly.</summary>
    public long SizeBytes => _index.SizeBytes + _inputs.Sum(input => 50 + (2L * input.Length));

    /// <summary>The examples that share a term with the query, best first.</summary>
    public IReadOnlyList<SearchHit> Search(string query, int limit) => _index.Search(query, limit);

    /// <summary>The examples that say the same, but for case, punctuation, articles and spaces.</summary>
    private IEnumerable<int> Like(string text) => _byText[SquadAnswer.Normalize(text)];

    /// <summary>The likest to a query, in the order of a prompt: the likest stands last, next to the question.</summary>
    /// <param name="query">What they should be like.</param>
    /// <param name="own">Texts that an example may not repeat: it would give the answer away.</param>
    /// <param name="options">How many, and which.</param>
    public IReadOnlyList<int> Nearest(string query, IReadOnlyCollection<string> own, ExampleOptions options)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(own);

        // Most often the few best are enough, and the rest is not looked at.
        var few = options.IsBalanced ? _inputs.Count : Pool(options) + own.Sum(text => Like(text).Count());
        return Nearest(_index.Search(query, few), own, options);
    }

    /// <summary>The same by another ranking: those that it leaves out follow in their order.</summary>
    /// <param name="hits">The likest first, with scores above 0.</param>
    /// <param name="own">Texts that an example may not repeat.</param>
    /// <param name="options">How many, and which.</param>
    public IReadOnlyList<int> Nearest(IReadOnlyList<SearchHit> hits, IReadOnlyCollection<string> own, ExampleOptions options)
    {
        ArgumentNullException.ThrowIfNull(hits);
        ArgumentNullException.ThrowIfNull(own);
        var given = own.SelectMany(Like).ToHashSet();
        var found = hits.Select(hit => hit.Document).ToHashSet();
        var ranked = hits.Select(hit => hit.Document).Concat(Enumerable.Range(0, _inputs.Count).Where(index => !found.Contains(index)));
        var usable = Usable(ranked, given, own, options);
        if (options.Diversity > 0)
        {
            usable = Diverse(usable.ToList(), hits.ToDictionary(hit => hit.Document, hit => hit.Score), options);
        }

        return [.. Taken(usable, options).Reverse()];
    }

    /// <summary>The first, in their order.</summary>
    /// <param name="own">Texts that an example may not repeat.</param>
    /// <param name="options">How many, and which.</param>
    public IReadOnlyList<int> First(IReadOnlyCollection<string> own, ExampleOptions options)
    {
        ArgumentNullException.ThrowIfNull(own);
        return [.. Taken(Usable(Enumerable.Range(0, _inputs.Count), own.SelectMany(Like).ToHashSet(), own, options), options)];
    }

    // What diversity chooses from, and what duplicates are taken out of.
    private static int Pool(ExampleOptions options) => options.Diversity > 0 || options.SkipsNearDuplicates ? (4 * options.Count) + 20 : 2 * options.Count;

    private IEnumerable<int> Usable(IEnumerable<int> ranked, HashSet<int> given, IReadOnlyCollection<string> own, ExampleOptions options)
    {
        var usable = ranked.Where(index => _outputs[index] is not null && !given.Contains(index));
        if (!options.SkipsNearDuplicates)
        {
            return usable;
        }

        var terms = own.Distinct(StringComparer.Ordinal).Select(text => SearchTerms.Of(text).ToHashSet(StringComparer.Ordinal)).ToList();
        return usable.Where(index => terms.TrueForAll(set => Shared(set, Terms(index)) < NearDuplicate));
    }

    private IEnumerable<int> Taken(IEnumerable<int> ranked, ExampleOptions options) => (options.IsBalanced ? Balanced(ranked) : ranked).Take(options.Count);

    /// <summary>The best of each output, then the second best of each, and so on.</summary>
    private IEnumerable<int> Balanced(IEnumerable<int> ranked)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        return ranked.Select(index =>
        {
            var round = seen[_outputs[index]!] = seen.GetValueOrDefault(_outputs[index]!, -1) + 1;
            return (Index: index, Round: round);
        }).OrderBy(entry => entry.Round).Select(entry => entry.Index);
    }

    /// <summary>
    /// The best ones ranked anew by maximal marginal relevance (J. Carbonell and J. Goldstein, The use of MMR, diversity-based reranking
    /// for reordering documents and producing summaries, SIGIR 1998), with BM25 over the best score as the likeness to the query,
    /// and the shared part of two examples' terms as theirs to one another; the others follow as they were.
    /// </summary>
    private IEnumerable<int> Diverse(List<int> ranked, Dictionary<int, float> scores, ExampleOptions options)
    {
        var pool = ranked.Take(Pool(options)).ToList();
        var best = Math.Max(pool.Select(index => scores.GetValueOrDefault(index)).DefaultIfEmpty().Max(), float.Epsilon);
        var nearest = new double[pool.Count];
        var left = Enumerable.Range(0, pool.Count).ToList();
        while (left.Count > 0)
        {
            var next = left.MaxBy(place => ((1 - options.Diversity) * scores.GetValueOrDefault(pool[place]) / best) - (options.Diversity * nearest[place]));
            yield return pool[next];
            left.Remove(next);
            foreach (var place in left)
            {
                nearest[place] = Math.Max(nearest[place], Shared(Terms(pool[next]), Terms(pool[place])));
            }
        }

        foreach (var index in ranked.Skip(pool.Count))
        {
            yield return index;
        }
    }

    /// <summary>Jaccard's index of two sets; 0 for two empty ones.</summary>
    private static double Shared(HashSet<string> a, HashSet<string> b)
    {
        var common = a.Count(b.Contains);
        return common == 0 ? 0 : (double)common / (a.Count + b.Count - common);
    }

    /// <summary>Made when first asked for: two threads that both make it make the same.</summary>
    private HashSet<string> Terms(int index) => _terms[index] ??= SearchTerms.Of(_inputs[index]).ToHashSet(StringComparer.Ordinal);
}
