using System.CommandLine;
using System.Text.Json.Nodes;
using LlmGateway.Cli.Api;
using LlmGateway.Cli.Reports;

namespace LlmGateway.Cli.Prompts;

/// <summary><c>prompt push</c>: makes a version of a file, and the prompt where there is none; an unchanged file is the same version.</summary>
internal static class PushCommand
{
    public static Command Build(CommonOptions options)
    {
        var (file, name) = (PromptFiles.File(), PromptFiles.Name());
        var message = new Option<string?>("--message", "-m") { Description = "Why the version is made." };
        var label = new Option<string?>("--label") { Description = "A label to point to the version, such as staging." };
        return new Command("push", "Make a version of a .prompt file.")
        {
            Arguments = { file },
            Options = { name, message, label },
        }.Reporting(options, async (parsed, api, cancellationToken) =>
        {
            var path = parsed.GetRequiredValue(file);
            var prompt = PromptFiles.NameOf(parsed.GetValue(name), path);
            var made = await PushAsync(api, prompt, await File.ReadAllTextAsync(path, cancellationToken), parsed.GetValue(message), cancellationToken);
            if (parsed.GetValue(label) is { } moved)
            {
                var version = new JsonObject { ["version"] = made["version"]!.DeepClone() };
                await api.PutAsync($"{PromptFiles.PathOf(prompt)}/labels/{Uri.EscapeDataString(moved)}", version, cancellationToken);
            }

            return new Report
            {
                Json = made,
                Table = new TextTable(["version", "hash", "label"], [[made.Text("id"), made.Text("content_hash")[..12], parsed.GetValue(label) ?? "–"]]),
                Junit = _ => throw new CommandException("A version has no results for JUnit; use --format json, table or markdown."),
                ExitCode = ExitCode.Pass,
            };
        });
    }

    private static async Task<JsonObject> PushAsync(GatewayApi api, string prompt, string text, string? message, CancellationToken cancellationToken)
    {
        var (path, why) = (PromptFiles.PathOf(prompt), Uri.EscapeDataString(message ?? ""));
        if (await api.ExistsAsync(path, cancellationToken))
        {
            return await api.PostTextAsync($"{path}/versions?commit_message={why}", text, cancellationToken);
        }

        await api.PostTextAsync($"prompts/import?name={Uri.EscapeDataString(prompt)}&commit_message={why}", text, cancellationToken);
        return await api.GetAsync($"{path}/versions/1", cancellationToken);
    }
}
