namespace LlmGateway.OpenAI;

/// <summary>One dispatched server-sent event.</summary>
/// <param name="Name">Its <c>event</c> field; null when it has none.</param>
/// <param name="Data">Its data, lines joined by LF.</param>
/// <param name="RawLength">Bytes that it took on the wire, with the empty line that ends it.</param>
public readonly record struct SseEvent(string? Name, ReadOnlyMemory<byte> Data, int RawLength)
{
    /// <summary>Whether it is OpenAI's end mark.</summary>
    public bool IsDone => SseFrame.IsDone(Data.Span);
}
