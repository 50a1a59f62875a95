using System.Text;
using LlmGateway.Gateway.Batches;

namespace LlmGateway.Gateway.Tests.Batches;

public sealed class LineBufferTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(1000)]
    public void Lines_are_the_same_whatever_pieces_they_come_in(int size)
    {
        var buffer = new LineBuffer(6);
        var text = "one\r\n\n  two \nfar too long\nthree\nlast"u8.ToArray();
        var lines = text.Chunk(size).SelectMany(piece => buffer.Take(piece)).ToList();
        lines.Add(buffer.TakeRest()!.Value);
        Assert.Equal(
            [(1, "one"), (3, "two"), (4, null), (5, "three"), (6, "last")],
            lines.Select(line => (line.Number, line.Text is null ? null : Encoding.UTF8.GetString(line.Text))));
    }

    [Fact]
    public void Nothing_follows_the_end_of_the_last_line()
    {
        var buffer = new LineBuffer(10);
        Assert.Single(buffer.Take("a\n"u8.ToArray()));
        Assert.Null(buffer.TakeRest());
    }
}
