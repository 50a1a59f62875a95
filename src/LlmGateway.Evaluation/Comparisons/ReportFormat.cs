using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Evaluation.Comparisons;

/// <summary>The query's <c>format</c>.</summary>
internal static class ReportFormat
{
    public const string MarkdownType = "text/markdown; charset=utf-8";

    /// <exception cref="ApiException">It is neither <c>json</c>, the default, nor <c>markdown</c> (400).</exception>
    public static bool IsMarkdown(IQueryCollection query) => query["format"].ToString() switch
    {
        "" or "json" => false,
        "markdown" => true,
        _ => throw JsonFields.Invalid("Invalid 'format': expected 'json' or 'markdown'.", "format"),
    };
}
