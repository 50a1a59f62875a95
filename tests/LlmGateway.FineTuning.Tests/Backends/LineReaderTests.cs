using System.Text;
using LlmGateway.FineTuning.Backends.Command;

namespace LlmGateway.FineTuning.Tests.Backends;

/// <summary>Lines of a file that grows.</summary>
public sealed class LineReaderTests
{
    [Fact]
    public void A_line_counts_when_its_end_is_there_or_the_file_is_whole()
    {
        Assert.Equal([("one", 4), ("", 5), ("two", 9)], Read("one\n\ntwo\nthr", isWhole: false));
        Assert.Equal([("one", 4), ("", 5), ("two", 9), ("thr", 12)], Read("one\n\ntwo\nthr", isWhole: true));
        Assert.Empty(Read("", isWhole: true));
    }

    [Theory]
    [InlineData(LineReader.MaxLineBytes - 1, true)]
    [InlineData(LineReader.MaxLineBytes, true)]
    [InlineData(LineReader.MaxLineBytes + 1, false)]
    [InlineData(1_000_000, false)]
    public void A_line_that_is_too_long_is_read_over(int length, bool isKept)
    {
        var text = new string('x', length);
        Assert.Equal([("a", 2L), (isKept ? text : "\0", length + 3L), ("b", length + 5L)], Read($"a\n{text}\nb\n", isWhole: false));
        Assert.Equal([(isKept ? text : "\0", (long)length)], Read(text, isWhole: true));
    }

    [Fact]
    public void Reading_goes_on_where_it_stood()
    {
        using var stream = new MemoryStream("one\ntwo\n"u8.ToArray()) { Position = 4 };
        var reader = new LineReader(stream, 4, isWhole: false);
        Assert.True(reader.TryRead(out var line));
        Assert.Equal(("two", 8), (Encoding.UTF8.GetString(line), reader.Offset));
        Assert.False(reader.TryRead(out _));
    }

    private static List<(string Line, long Offset)> Read(string text, bool isWhole)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var reader = new LineReader(stream, 0, isWhole);
        var lines = new List<(string, long)>();
        while (reader.TryRead(out var line))
        {
            lines.Add((Encoding.UTF8.GetString(line), reader.Offset));
        }

        return lines;
    }
}
