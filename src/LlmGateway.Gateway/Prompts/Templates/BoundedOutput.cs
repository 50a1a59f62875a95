using System.Buffers;
using System.Text;

namespace LlmGateway.Gateway.Prompts.Templates;

/// <summary>Keeps what a template writes, up to the largest output of a prompt.</summary>
internal sealed class BoundedOutput(RenderingBudget budget) : TextWriter
{
    private char[] _buffer = ArrayPool<char>.Shared.Rent(4096);
    private int _length;

    public override Encoding Encoding => Encoding.Unicode;

    public override void Write(char value) => Write([value]);

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer)
    {
        budget.Spend(buffer.Length);
        Reserve(buffer.Length);
        buffer.CopyTo(_buffer.AsSpan(_length));
        _length += buffer.Length;
    }

    public override Task WriteAsync(char value)
    {
        Write(value);
        return Task.CompletedTask;
    }

    public override Task WriteAsync(string? value)
    {
        Write(value);
        return Task.CompletedTask;
    }

    public override Task WriteAsync(char[] buffer, int index, int count)
    {
        Write(buffer, index, count);
        return Task.CompletedTask;
    }

    public override Task FlushAsync() => Task.CompletedTask;

    public override string ToString() => new(_buffer, 0, _length);

    protected override void Dispose(bool disposing)
    {
        ArrayPool<char>.Shared.Return(_buffer);
        _buffer = [];
        base.Dispose(disposing);
    }

    private void Reserve(int more)
    {
        if (_length + more > RenderingBudget.MaxOutput)
        {
            throw new RenderingLimitException($"it writes more than {RenderingBudget.MaxOutput:N0} characters");
        }

        if (_length + more > _buffer.Length)
        {
            var larger = ArrayPool<char>.Shared.Rent(Math.Max(_length + more, 2 * _buffer.Length));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<char>.Shared.Return(_buffer);
            _buffer = larger;
        }
    }
}
