using LlmGateway.Text.Metrics;

namespace LlmGateway.Gateway.Prompts.Diff;

/// <summary>Finds out which messages of two versions belong together.</summary>
internal sealed class MessageAlignment
{
    /// <summary>The F1 of their words from which two messages are one that was changed.</summary>
    private const double SameMessage = 0.3;

    private readonly IReadOnlyList<PromptMessage> _a;
    private readonly IReadOnlyList<PromptMessage> _b;
    private readonly List<int> _removed;
    private readonly List<int> _added;
    private readonly List<MessageDiff> _found = [];

    private MessageAlignment(IReadOnlyList<PromptMessage> a, IReadOnlyList<PromptMessage> b)
    {
        (_a, _b) = (a, b);
        var kept = LongestCommon();
        _removed = [.. Enumerable.Range(0, a.Count).Where(index => !kept.Any(pair => pair.A == index))];
        _added = [.. Enumerable.Range(0, b.Count).Where(index => !kept.Any(pair => pair.B == index))];
    }

    public static IReadOnlyList<MessageDiff> Between(IReadOnlyList<PromptMessage> a, IReadOnlyList<PromptMessage> b)
    {
        var alignment = new MessageAlignment(a, b);
        alignment.Pair((from, to) => from == to ? 1 : 0, 1, "moved");
        alignment.Pair(Likeness, SameMessage, "changed");
        alignment.AddRest();
        return [.. alignment._found.OrderBy(diff => diff.ToIndex ?? diff.FromIndex).ThenByDescending(diff => diff.Change, StringComparer.Ordinal)];
    }

    /// <summary>Two messages of one role that share words; the likest other message is the one.</summary>
    private static double Likeness(PromptMessage from, PromptMessage to) =>
        from.Role == to.Role ? SquadAnswer.F1(from.Content, to.Content) : 0;

    private void Pair(Func<PromptMessage, PromptMessage, double> likeness, double least, string change)
    {
        var pairs = _removed.SelectMany(from => _added.Select(to => (From: from, To: to, Likeness: likeness(_a[from], _b[to]))))
            .Where(pair => pair.Likeness >= least)
            .OrderByDescending(pair => pair.Likeness).ThenBy(pair => Math.Abs(pair.From - pair.To)).ThenBy(pair => pair.From)
            .ToList();
        foreach (var (from, to, _) in pairs.Where(pair => _removed.Contains(pair.From) && _added.Contains(pair.To)))
        {
            _removed.Remove(from);
            _added.Remove(to);
            _found.Add(new MessageDiff(change, _b[to].Role, from, to, change == "moved" ? [] : LineDiff.Between(_a[from].Content, _b[to].Content)));
        }
    }

    private void AddRest()
    {
        _found.AddRange(_removed.Select(from => new MessageDiff("removed", _a[from].Role, from, null, LineDiff.Of(_a[from].Content, "delete"))));
        _found.AddRange(_added.Select(to => new MessageDiff("added", _b[to].Role, null, to, LineDiff.Of(_b[to].Content, "insert"))));
    }

    /// <summary>The most messages that are the same and in the same order.</summary>
    private List<(int A, int B)> LongestCommon()
    {
        var lengths = new int[_a.Count + 1, _b.Count + 1];
        for (var i = _a.Count - 1; i >= 0; i--)
        {
            for (var j = _b.Count - 1; j >= 0; j--)
            {
                lengths[i, j] = _a[i] == _b[j] ? lengths[i + 1, j + 1] + 1 : Math.Max(lengths[i + 1, j], lengths[i, j + 1]);
            }
        }

        var (kept, a, b) = (new List<(int, int)>(), 0, 0);
        while (a < _a.Count && b < _b.Count)
        {
            if (_a[a] == _b[b])
            {
                kept.Add((a++, b++));
            }
            else if (lengths[a + 1, b] >= lengths[a, b + 1])
            {
                a++;
            }
            else
            {
                b++;
            }
        }

        return kept;
    }
}
