namespace LlmGateway.Benchmarks.Gateway;

/// <summary>Puts a report into a page that people write the rest of.</summary>
internal static class MarkdownFile
{
    public const string Begin = "<!-- bench gateway: begin -->";
    public const string End = "<!-- bench gateway: end -->";

    /// <summary>Replaces what stands between the markers, or appends where there are none.</summary>
    /// <param name="file">Made if absent.</param>
    /// <param name="report">Begins and ends with the markers.</param>
    public static void Replace(string file, string report)
    {
        var page = File.Exists(file) ? File.ReadAllText(file) : "";
        var (begin, end) = (page.IndexOf(Begin, StringComparison.Ordinal), page.IndexOf(End, StringComparison.Ordinal));
        File.WriteAllText(file, begin >= 0 && end > begin
            ? page[..begin] + report + page[(end + End.Length)..]
            : page + report + "\n");
    }
}
