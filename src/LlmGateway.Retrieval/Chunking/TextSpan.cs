namespace LlmGateway.Retrieval.Chunking;

/// <summary>A passage of a text.</summary>
/// <param name="Start">Its first character.</param>
/// <param name="End">Behind its last character.</param>
internal readonly record struct TextSpan(int Start, int End)
{
    public int Length => End - Start;
}
