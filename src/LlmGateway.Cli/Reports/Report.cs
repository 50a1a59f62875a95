using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmGateway.Cli.Reports;

/// <summary>What a command found, in whatever form it is asked for; only that form is made.</summary>
internal sealed class Report
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public required JsonNode Json { get; init; }

    public required TextTable Table { get; init; }

    /// <summary>The gateway's own report where it has one; null for the table's.</summary>
    public Func<CancellationToken, Task<string>>? Markdown { get; init; }

    public required Func<CancellationToken, Task<JunitSuite>> Junit { get; init; }

    /// <summary>One of <see cref="Cli.ExitCode"/>.</summary>
    public required int ExitCode { get; init; }

    public async Task<string> FormatAsync(string format, CancellationToken cancellationToken) => format switch
    {
        ReportFormats.Json => $"{Json.ToJsonString(Indented)}\n",
        ReportFormats.Markdown => Markdown is null ? Table.ToMarkdown() : await Markdown(cancellationToken),
        ReportFormats.Junit => (await Junit(cancellationToken)).ToXml(),
        _ => Table.ToText(),
    };
}
