using System.CommandLine;

namespace LlmGateway.Cli.Prompts;

/// <summary>What the commands on prompt files share.</summary>
internal static class PromptFiles
{
    public static Argument<string> File() => new("file") { Description = "A .prompt file." };

    public static Option<string?> Name() => new("--name") { Description = "The prompt's name; else the file's without its ending." };

    public static string NameOf(string? given, string file) => given ?? Path.GetFileNameWithoutExtension(file);

    /// <summary>The prompt's path, without its version.</summary>
    public static string PathOf(string name) => $"prompts/{Uri.EscapeDataString(name)}";
}
