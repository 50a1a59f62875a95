using System.Runtime.CompilerServices;
using LlmGateway.Datasets.Versions.Curation;
using LlmGateway.Text.NearDuplicates;

namespace LlmGateway.Datasets.Versions;

/// <summary>
/// Divides items where that depends on all of them: by near duplicates, by strata or by time. A group falls as a whole, and an item that
/// its source put into a split takes its group with it. Memory holds some numbers of each item, and of near duplicates their sketches.
/// </summary>
internal sealed class SplitPlan(SplitRule rule)
{
    private static readonly string[] Names = [SplitRule.TrainName, SplitRule.ValidationName, SplitRule.TestName];

    private readonly List<Member> _members = [];
    private readonly Dictionary<string, int> _groupNumbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _strata = new(StringComparer.Ordinal) { [""] = 0 };
    private readonly List<string> _groupNames = [];
    private readonly NearDuplicateClusters _clusters = new(rule.Likeness);
    private string?[] _splits = [];

    /// <summary>How many groups there were.</summary>
    public int Groups { get; private set; }

    /// <summary>The drafts with their splits.</summary>
    public async IAsyncEnumerable<ItemDraft> ApplyAsync(IAsyncEnumerable<ItemDraft> drafts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var spool = new DraftSpool();
        using var hash = new ItemHash();
        await foreach (var draft in drafts.WithCancellation(cancellationToken))
        {
            spool.Add(draft);
            Add(draft, rule.GroupOf(draft, hash.OfInput(draft.Input)));
        }

        Divide();
        foreach (var (index, draft) in spool.ReadAll().Index())
        {
            yield return draft with { Split = draft.Split ?? _splits[index] };
        }
    }

    private void Add(ItemDraft draft, string groupName)
    {
        var text = rule.IsByNearDuplicates ? ComparedText.Of(draft) : null;
        var group = text is null ? NumberOf(_groupNumbers, groupName, _groupNames) : -1;
        if (text is not null)
        {
            // A cluster is named by its first input in the order of their hashes, so that it is the same whatever comes first.
            _groupNames.Add(groupName);
            group = _groupNames.Count - 1;
        }

        var cluster = text is null ? -1 : _clusters.Count;
        if (text is not null)
        {
            _clusters.Add(text);
        }

        _members.Add(new Member(group, cluster, NumberOf(_strata, rule.StratumOf(draft) ?? "", null), Preset(draft.Split), draft.CalledAtMicros));
    }

    private void Divide()
    {
        var groups = Grouped();
        Groups = groups.Count;
        _splits = new string[_members.Count];
        foreach (var group in groups.Where(group => group.Preset >= 0))
        {
            Put(group, group.Preset);
        }

        var free = groups.Where(group => group.Preset < 0);
        if (rule.IsByTime)
        {
            DivideByTime(free);
        }
        else if (rule.Stratify is not null)
        {
            DivideStrata(free);
        }
        else
        {
            foreach (var group in free)
            {
                Put(group, Array.IndexOf(Names, rule.Of(group.Name)));
            }
        }
    }

    private List<Group> Grouped()
    {
        var first = new Dictionary<int, int>();
        var groups = new Dictionary<int, Group>();
        foreach (var (index, member) in _members.Index())
        {
            var key = member.Group;
            if (member.Cluster >= 0)
            {
                var cluster = _clusters.ClusterOf(member.Cluster);
                key = first.TryGetValue(cluster, out var known) ? known : first[cluster] = member.Group;
            }

            if (!groups.TryGetValue(key, out var group))
            {
                groups[key] = group = new Group(_groupNames[key], member.Stratum);
            }

            group.Add(index, member, _groupNames[member.Group]);
        }

        return [.. groups.Values];
    }

    /// <summary>
    /// Each stratum in the shares. What a small stratum cannot give to a split, because it has too few items, the next one gives: so that
    /// ten strata of three items each give three of the thirty to a split that shall have a tenth.
    /// </summary>
    private void DivideStrata(IEnumerable<Group> groups)
    {
        Span<double> open = stackalloc double[Names.Length];
        foreach (var stratum in groups.GroupBy(group => group.Stratum).OrderBy(stratum => stratum.Key))
        {
            var items = stratum.Sum(group => group.Items.Count);
            open[0] += rule.Train * items;
            open[1] += rule.Validation * items;
            open[2] += rule.Test * items;
            foreach (var group in stratum.OrderBy(group => rule.OrderOf(group.Name)))
            {
                var most = Most(open);
                Put(group, most);
                open[most] -= group.Items.Count;
            }
        }
    }

    /// <summary>In each stratum the oldest groups first; a group is as old as its newest item. Without a time at every item, in the order of the source.</summary>
    private void DivideByTime(IEnumerable<Group> groups)
    {
        var isTimed = _members.TrueForAll(member => member.CalledAtMicros is not null);
        foreach (var stratum in groups.GroupBy(group => group.Stratum))
        {
            var items = stratum.Sum(group => group.Items.Count);
            var before = 0;
            foreach (var group in stratum.OrderBy(group => isTimed ? group.Newest : group.Items[^1]).ThenBy(group => group.Items[^1]))
            {
                var middle = (before + (group.Items.Count / 2.0)) / items;
                Put(group, middle < rule.Train ? 0 : middle < rule.Train + rule.Validation ? 1 : 2);
                before += group.Items.Count;
            }
        }
    }

    private void Put(Group group, int split) => group.Items.ForEach(index => _splits[index] = Names[split]);

    private static int Most(ReadOnlySpan<double> open) =>
        open[0] >= open[1] && open[0] >= open[2] ? 0 : open[1] >= open[2] ? 1 : 2;

    private static int Preset(string? split) => split is null ? -1 : Array.IndexOf(Names, split);

    private static int NumberOf(Dictionary<string, int> numbers, string name, List<string>? names)
    {
        if (!numbers.TryGetValue(name, out var number))
        {
            numbers[name] = number = names?.Count ?? numbers.Count;
            names?.Add(name);
        }

        return number;
    }

    /// <summary>What is remembered of an item.</summary>
    /// <param name="Group">Of its name.</param>
    /// <param name="Cluster">Its number among the clusters; -1 for none.</param>
    /// <param name="Stratum">Of its value.</param>
    /// <param name="Preset">The split that its source gave it; -1 for none.</param>
    /// <param name="CalledAtMicros">When its call was made.</param>
    private readonly record struct Member(int Group, int Cluster, int Stratum, int Preset, long? CalledAtMicros);

    private sealed class Group(string name, int stratum)
    {
        public string Name { get; private set; } = name;

        /// <summary>That of its first item.</summary>
        public int Stratum { get; } = stratum;

        public int Preset { get; private set; } = -1;

        public long Newest { get; private set; } = long.MinValue;

        public List<int> Items { get; } = [];

        public void Add(int index, Member member, string name)
        {
            Items.Add(index);
            Preset = Preset < 0 ? member.Preset : Preset;
            Newest = Math.Max(Newest, member.CalledAtMicros ?? long.MinValue);
            Name = string.CompareOrdinal(name, Name) < 0 ? name : Name;
        }
    }
}
