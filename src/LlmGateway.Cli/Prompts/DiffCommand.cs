using System.CommandLine;
using LlmGateway.Cli.Api;

namespace LlmGateway.Cli.Prompts;

/// <summary><c>prompt diff</c>: what a file changes against a version, which fails a job that expects none.</summary>
internal static class DiffCommand
{
    public static Command Build(CommonOptions options)
    {
        var (file, name) = (PromptFiles.File(), PromptFiles.Name());
        var against = new Option<string>("--against") { Description = "A version or label.", DefaultValueFactory = _ => "latest" };
        var command = new Command("diff", "Compare a .prompt file with a version. Exit code 0: the same; 1: changed.")
        {
            Arguments = { file },
            Options = { name, against },
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var path = parsed.GetRequiredValue(file);
            var prompt = PromptFiles.PathOf(PromptFiles.NameOf(parsed.GetValue(name), path));
            var diff = await options.Connect(parsed).PostTextAsync(
                $"{prompt}/diff?from={Uri.EscapeDataString(parsed.GetRequiredValue(against))}", await File.ReadAllTextAsync(path, cancellationToken), cancellationToken);
            var text = diff.Text("text");
            await options.WriteAsync(text, parsed, cancellationToken);
            return text.Length == 0 ? ExitCode.Pass : ExitCode.Fail;
        });
        return command;
    }
}
