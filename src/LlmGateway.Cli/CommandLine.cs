using System.CommandLine;
using LlmGateway.Cli.Api;
using LlmGateway.Cli.Evals;
using LlmGateway.Cli.Prompts;
using LlmGateway.Cli.Reports;

namespace LlmGateway.Cli;

/// <summary>The command line <c>llmgateway</c>.</summary>
internal static class CommandLine
{
    /// <summary>What a command that is interrupted has to put its affairs in order.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(10);

    /// <param name="args">The arguments.</param>
    /// <param name="output">Takes the report, and nothing else.</param>
    /// <param name="error">Takes progress and what went wrong.</param>
    /// <param name="cancellationToken">Interrupts the command, as Ctrl-C does.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, CancellationToken cancellationToken = default)
    {
        var options = new CommonOptions();
        var eval = new Command("eval", "Run, compare and gate evals.")
        {
            Subcommands = { RunCommand.Build(options), CompareCommand.Build(options), GateCommand.Build(options), ListCommand.Build(options) },
        };
        var prompt = new Command("prompt", "Keep prompts in files.")
        {
            Subcommands = { PushCommand.Build(options), PullCommand.Build(options), DiffCommand.Build(options) },
        };
        var root = new RootCommand("LlmGateway's command line. Exit codes: 0 pass, 1 fail, 2 inconclusive, 3 error.") { Subcommands = { eval, prompt } };
        options.AddTo(root);
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            await error.WriteLineAsync(string.Join(Environment.NewLine, parsed.Errors.Select(found => found.Message)));
            return ExitCode.Error;
        }

        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = LastWords },
                cancellationToken);
        }
        catch (Exception exception) when (exception is CommandException or IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync(exception.Message);
            return ExitCode.Error;
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync("Interrupted.");
            return ExitCode.Error;
        }
    }

    /// <summary>Makes a command that ends with a report.</summary>
    /// <param name="command">The command, with its arguments.</param>
    /// <param name="options">What all commands share.</param>
    /// <param name="work">Finds what is reported.</param>
    public static Command Reporting(this Command command, CommonOptions options, Func<ParseResult, GatewayApi, CancellationToken, Task<Report>> work)
    {
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var report = await work(parsed, options.Connect(parsed), cancellationToken);
            await options.WriteAsync(report, parsed, cancellationToken);
            return report.ExitCode;
        });
        return command;
    }
}
