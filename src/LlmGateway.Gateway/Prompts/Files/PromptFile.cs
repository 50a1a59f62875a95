using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Prompts.Files;

/// <summary>
/// A version as text, for git: YAML front matter with everything but the messages, then a block for each message. Reading what was
/// written gives the same content, to the character; writing what was read gives one form for all spellings.
/// </summary>
internal static class PromptFile
{
    /// <summary>In characters: the largest templates and examples of a version, and room for the rest.</summary>
    public const int MaxLength = 1024 * 1024;

    private const string Fence = "---";

    /// <summary>Lists that are left out where they are empty.</summary>
    private static readonly string[] Lists = ["variables", "retrieval"];

    public static string Write(PromptContent content)
    {
        var members = JsonSerializer.SerializeToNode(content, PromptFileJsonContext.Default.PromptContent)!.AsObject();
        members.Remove("messages");
        foreach (var name in Lists.Where(name => members[name] is JsonArray { Count: 0 }))
        {
            members.Remove(name);
        }

        return $"{Fence}\n{FrontMatterWriter.Write(members)}{Fence}\n{RoleBlocks.Write(content.Messages)}";
    }

    /// <exception cref="ApiException">It is no prompt file (400, with the line).</exception>
    public static PromptContent Read(string text)
    {
        try
        {
            return ReadContent(text);
        }
        catch (PromptFileException error)
        {
            throw new ApiException(ApiErrors.BadRequest($"Line {error.Line} of the prompt file: {error.Message}.", "file", "invalid_prompt_file"));
        }
    }

    private static PromptContent ReadContent(string text)
    {
        if (text.Length > MaxLength)
        {
            throw new PromptFileException($"a file has at most {MaxLength:N0} characters, and this one has {text.Length:N0}", 1);
        }

        var lines = Lines(text);
        var end = lines[0] == Fence ? Array.IndexOf(lines, Fence, 1) : 0;
        if (end < 0)
        {
            throw new PromptFileException("front matter begins here, and no line '---' ends it", 1);
        }

        var frontMatter = end == 0 ? FrontMatter.Read("") : FrontMatter.Read(string.Join('\n', lines[1..end]));
        var messages = RoleBlocks.Read(lines, end == 0 ? 0 : end + 1);
        return Content(frontMatter, messages);
    }

    /// <summary>Where the first line ends as in Windows, so do all: git turned them. Else a carriage return is a message's own.</summary>
    private static string[] Lines(string text)
    {
        var plain = text.StartsWith('\uFEFF') ? text[1..] : text;
        var first = plain.IndexOf('\n', StringComparison.Ordinal);
        return (first > 0 && plain[first - 1] == '\r' ? plain.Replace("\r\n", "\n", StringComparison.Ordinal) : plain).Split('\n');
    }

    private static PromptContent Content(FrontMatter frontMatter, IReadOnlyList<PromptMessage> messages)
    {
        if (frontMatter.Members.ContainsKey("messages"))
        {
            throw new PromptFileException("'messages' stand below the front matter, as blocks such as <user>", frontMatter.LineOf("$.messages"));
        }

        foreach (var name in Lists.Where(name => !frontMatter.Members.ContainsKey(name)))
        {
            frontMatter.Members.Add(name, new JsonArray());
        }

        try
        {
            return frontMatter.Members.Deserialize(PromptFileJsonContext.Default.PromptContent)! with { Messages = messages };
        }
        catch (JsonException error)
        {
            throw new PromptFileException($"{error.Path ?? "$"} is no member of a prompt, or has another type there", frontMatter.LineOf(error.Path ?? "$"));
        }
    }
}

/// <summary>Text that is no prompt file.</summary>
/// <param name="message">What is wrong, without a full stop.</param>
/// <param name="line">From 1.</param>
internal sealed class PromptFileException(string message, int line) : Exception(message)
{
    /// <summary>From 1.</summary>
    public int Line { get; } = line;
}
