using System.CommandLine;
using LlmGateway.Cli.Api;
using LlmGateway.Cli.Reports;

namespace LlmGateway.Cli;

/// <summary>The options that every command has.</summary>
internal sealed class CommonOptions
{
    private readonly Option<string?> _baseUrl = new("--base-url") { Description = "The gateway's address with its version; else OPENAI_BASE_URL.", Recursive = true };
    private readonly Option<string?> _apiKey = new("--api-key") { Description = "The API key; else OPENAI_API_KEY.", Recursive = true };
    private readonly Option<string?> _output = new("--output", "-o") { Description = "A file for the report; else standard output.", Recursive = true };
    private readonly Option<string> _format = new("--format", "-f")
    {
        Description = "The report's form.",
        Recursive = true,
        DefaultValueFactory = _ => ReportFormats.Table,
    };

    public CommonOptions() => _format.AcceptOnlyFromAmong(ReportFormats.All);

    public void AddTo(RootCommand root)
    {
        foreach (var option in (Option[])[_baseUrl, _apiKey, _format, _output])
        {
            root.Options.Add(option);
        }
    }

    /// <exception cref="CommandException">There is no address or key.</exception>
    public GatewayApi Connect(ParseResult parsed)
    {
        var address = parsed.GetValue(_baseUrl) ?? Environment.GetEnvironmentVariable("OPENAI_BASE_URL");
        if (string.IsNullOrEmpty(address))
        {
            throw new CommandException("Where is the gateway? Give --base-url or set OPENAI_BASE_URL, such as http://127.0.0.1:8080/v1.");
        }

        var key = parsed.GetValue(_apiKey) ?? Environment.GetEnvironmentVariable("OPENAI_API_KEY");
        if (string.IsNullOrEmpty(key))
        {
            throw new CommandException("There is no API key: give --api-key or set OPENAI_API_KEY.");
        }

        return Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? new GatewayApi(uri, key)
            : throw new CommandException($"'{address}' is no address; expected something like http://127.0.0.1:8080/v1.");
    }

    public async Task WriteAsync(Report report, ParseResult parsed, CancellationToken cancellationToken) =>
        await WriteAsync(await report.FormatAsync(parsed.GetRequiredValue(_format), cancellationToken), parsed, cancellationToken);

    /// <summary>Writes a text as it is, to wherever reports go.</summary>
    public async Task WriteAsync(string text, ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_output) is { } path)
        {
            await File.WriteAllTextAsync(path, text, cancellationToken);
        }
        else
        {
            await parsed.InvocationConfiguration.Output.WriteAsync(text);
        }
    }
}
