namespace LlmGateway.Console.Retrieval;

/// <summary>A passage with what stands around it in its file.</summary>
internal sealed record PassageContext(string Before, string Passage, string After)
{
    private const int Around = 1500;

    public static PassageContext Of(string text, PassageSpan? span)
    {
        // A file may have been replaced since it was searched.
        var start = Math.Clamp(span?.Start ?? 0, 0, text.Length);
        var end = Math.Clamp(span?.End ?? 0, start, text.Length);
        var (from, to) = (Math.Max(0, start - Around), Math.Min(text.Length, end + Around));
        return new PassageContext((from > 0 ? "… " : "") + text[from..start], text[start..end], text[end..to] + (to < text.Length ? " …" : ""));
    }
}
