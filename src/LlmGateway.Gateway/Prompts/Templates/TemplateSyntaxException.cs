namespace LlmGateway.Gateway.Prompts.Templates;

/// <summary>Text that is no template.</summary>
/// <param name="message">What is wrong, without a full stop.</param>
/// <param name="line">From 1.</param>
/// <param name="column">From 1.</param>
internal sealed class TemplateSyntaxException(string message, int line, int column) : Exception(message)
{
    /// <summary>From 1.</summary>
    public int Line { get; } = line;

    /// <summary>From 1.</summary>
    public int Column { get; } = column;

    public static TemplateSyntaxException At(string text, int offset, string message)
    {
        var before = text.AsSpan(0, Math.Min(offset, text.Length));
        return new TemplateSyntaxException(message, before.Count('\n') + 1, before.Length - before.LastIndexOf('\n'));
    }
}
