namespace LlmGateway.Cli.Reports;

/// <summary>What <c>--format</c> may be.</summary>
internal static class ReportFormats
{
    public const string Table = "table";
    public const string Json = "json";
    public const string Markdown = "markdown";
    public const string Junit = "junit";

    public static readonly string[] All = [Table, Json, Markdown, Junit];
}
