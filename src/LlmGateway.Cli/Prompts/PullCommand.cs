using System.CommandLine;

namespace LlmGateway.Cli.Prompts;

/// <summary><c>prompt pull</c>: writes a version as a file.</summary>
internal static class PullCommand
{
    public static Command Build(CommonOptions options)
    {
        var prompt = new Argument<string>("prompt") { Description = "The prompt's name, with @ and a version or label; by default @latest." };
        var command = new Command("pull", "Write a version as a .prompt file.") { Arguments = { prompt } };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (name, version) = parsed.GetRequiredValue(prompt).Split('@', 2) is [var left, var right] ? (left, right) : (parsed.GetRequiredValue(prompt), "latest");
            var text = await options.Connect(parsed).GetTextAsync($"{PromptFiles.PathOf(name)}/versions/{Uri.EscapeDataString(version)}/file", cancellationToken);
            await options.WriteAsync(text, parsed, cancellationToken);
            return ExitCode.Pass;
        });
        return command;
    }
}
