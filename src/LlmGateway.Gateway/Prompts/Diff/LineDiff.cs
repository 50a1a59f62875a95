using System.Text.Json.Serialization;
using DiffPlex;
using DiffPlex.Chunkers;

namespace LlmGateway.Gateway.Prompts.Diff;

/// <summary>A line of a message.</summary>
/// <param name="Op"><c>equal</c>, <c>delete</c> or <c>insert</c>.</param>
/// <param name="Text">Without its line feed; a carriage return is part of it.</param>
internal sealed record LineDiff(string Op, string Text)
{
    private static readonly CustomFunctionChunker Chunker = new(text => text.Split('\n'));

    [JsonIgnore]
    public char Mark => Op switch { "delete" => '-', "insert" => '+', _ => ' ' };

    public static IReadOnlyList<LineDiff> Of(string text, string op) => [.. text.Split('\n').Select(line => new LineDiff(op, line))];

    /// <summary>All lines of both, the smallest change by Myers' algorithm.</summary>
    public static IReadOnlyList<LineDiff> Between(string a, string b)
    {
        // DiffPlex counts no line in an empty text, and there is one.
        if (a.Length == 0 || b.Length == 0)
        {
            return [.. Of(a, "delete"), .. Of(b, "insert")];
        }

        var diff = Differ.Instance.CreateDiffs(a, b, ignoreWhiteSpace: false, ignoreCase: false, Chunker);
        var (lines, next) = (new List<LineDiff>(), 0);
        foreach (var block in diff.DiffBlocks)
        {
            lines.AddRange(diff.PiecesOld.Skip(next).Take(block.DeleteStartA - next).Select(line => new LineDiff("equal", line)));
            lines.AddRange(diff.PiecesOld.Skip(block.DeleteStartA).Take(block.DeleteCountA).Select(line => new LineDiff("delete", line)));
            lines.AddRange(diff.PiecesNew.Skip(block.InsertStartB).Take(block.InsertCountB).Select(line => new LineDiff("insert", line)));
            next = block.DeleteStartA + block.DeleteCountA;
        }

        lines.AddRange(diff.PiecesOld.Skip(next).Select(line => new LineDiff("equal", line)));
        return lines;
    }
}
