namespace LlmGateway.Retrieval.Chunking;

/// <summary>What a chunker cuts out of a text.</summary>
/// <param name="Span">The passage.</param>
/// <param name="Context">What stands above it, such as the headings that it is under, which belongs to what is searched; null for nothing.</param>
/// <param name="Parent">What is shown in its place; null for itself.</param>
internal readonly record struct Passage(TextSpan Span, string? Context = null, TextSpan? Parent = null)
{
    /// <summary>What is embedded and searched.</summary>
    /// <param name="text">The text that it was cut from.</param>
    public string TextIn(string text) => Context is null ? text[Span.Start..Span.End] : $"{Context}\n\n{text.AsSpan(Span.Start, Span.Length)}";
}
