using LlmGateway.Gateway.Prompts.Versions;
using LlmGateway.Gateway.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.Prompts.Composition;

/// <summary>
/// Prompts that include others' texts. What is included is pinned to a version when the including version is made, so a version
/// means the same for ever; its variables are those of all, and of equal names the outer one's declaration rules.
/// </summary>
internal sealed class PromptComposer(GatewayDbContext context)
{
    private const int MaxIncludes = 50;
    private const int MaxDepth = 8;

    /// <summary>Characters of one message with all that it includes: as many as it may have by itself.</summary>
    private const int MaxLength = 64 << 10;

    private readonly HashSet<(string PromptId, int Version)> _checked = [];
    private readonly Dictionary<(string PromptId, int Version), PromptContent> _composed = [];

    /// <summary>Finds the versions that a content's references mean now.</summary>
    /// <param name="prompt">The prompt that includes them; it may be a new one.</param>
    /// <param name="content">Its new version's content.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ApiException">404 for what does not exist; 400 for a cycle, with its path, and for what cannot be included.</exception>
    public async Task<IReadOnlyList<PinnedPrompt>> PinAsync(Prompt prompt, PromptContent content, CancellationToken cancellationToken)
    {
        var pinned = new List<PinnedPrompt>();
        for (var index = 0; index < content.Messages.Count; index++)
        {
            var param = $"messages[{index}].content";
            foreach (var text in IncludeTags.ReferencesIn(content.Messages[index].Content))
            {
                if (pinned.TrueForAll(one => one.Reference != text))
                {
                    pinned.Add(await PinAsync(prompt, text, param, cancellationToken));
                }
            }
        }

        return pinned;
    }

    /// <summary>The content with what it includes put in its place.</summary>
    /// <param name="content">A version's content.</param>
    /// <param name="includes">What it includes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ApiException">400 when it becomes too long.</exception>
    public async Task<PromptContent> ComposeAsync(PromptContent content, IReadOnlyList<PinnedPrompt> includes, CancellationToken cancellationToken)
    {
        if (includes.Count == 0 || content.Steps is not null)
        {
            // A chain has no text of its own: what it pins are its steps' prompts.
            return content;
        }

        var children = new Dictionary<string, PromptContent>(StringComparer.Ordinal);
        foreach (var pinned in includes)
        {
            children[pinned.Reference] = await ComposeAsync(pinned, cancellationToken);
        }

        return content with
        {
            Messages = [.. content.Messages.Select((message, index) => message with { Content = Expand(message.Content, children, index) })],
            Variables = [.. content.Variables.Concat(children.Values.SelectMany(child => child.Variables)).DistinctBy(variable => variable.Name)],
        };
    }

    /// <summary>The same without what is included: each character at its line and column, for errors' sake.</summary>
    public static PromptContent Outer(PromptContent content, PromptContent composed) => composed with
    {
        Messages = [.. content.Messages.Select(message => message with { Content = IncludeTags.Blank(message.Content) })],
    };

    private async Task<PromptContent> ComposeAsync(PinnedPrompt pinned, CancellationToken cancellationToken)
    {
        var key = (pinned.PromptId, pinned.Version);
        if (!_composed.TryGetValue(key, out var composed))
        {
            var version = await LoadAsync(pinned, cancellationToken);
            _composed[key] = composed = await ComposeAsync(PromptJson.ReadContent(version.Content), PromptJson.ReadIncludes(version.Includes), cancellationToken);
        }

        return composed;
    }

    private async Task<PinnedPrompt> PinAsync(Prompt outer, string text, string param, CancellationToken cancellationToken)
    {
        var reference = PromptReference.Parse(text);
        if (reference.Key == outer.Name || reference.Key == outer.Id)
        {
            throw Cycle([outer.Name, outer.Name], param);
        }

        var prompt = await context.PromptsOf(outer.ProjectId).AsNoTracking()
            .SingleOrDefaultAsync(row => row.Id == reference.Key || row.Name == reference.Key, cancellationToken) ?? throw PromptErrors.UnknownPrompt(reference.Key, param);
        var version = await context.GetVersionAsync(prompt, reference.Selector, param, cancellationToken);
        var pinned = new PinnedPrompt(text, prompt.Id, prompt.Name, version.Number);
        await CheckAsync(pinned, outer.Id, [outer.Name, prompt.Name], param, cancellationToken);
        return pinned;
    }

    /// <summary>Follows a version to all that it includes.</summary>
    private async Task CheckAsync(PinnedPrompt pinned, string outerId, string[] path, string param, CancellationToken cancellationToken)
    {
        if (pinned.PromptId == outerId)
        {
            throw Cycle(path, param);
        }

        if (path.Length > MaxDepth || _checked.Count > MaxIncludes)
        {
            throw PromptRules.Refused(
                $"A prompt may include at most {MaxIncludes} others, and these one another {MaxDepth} deep: {string.Join(" → ", path)}.", param, "too_many_prompts");
        }

        if (!_checked.Add((pinned.PromptId, pinned.Version)))
        {
            return;
        }

        var version = await LoadAsync(pinned, cancellationToken);
        if (PromptJson.ReadContent(version.Content) is not { Messages.Count: 1, Steps: null, FewShot: null, Retrieval.Count: 0 })
        {
            throw PromptRules.Refused(
                $"'{pinned.Name}@{pinned.Version}' cannot be included: that takes one message, and neither examples, nor retrieval, nor steps.", param, "prompt_not_includable");
        }

        foreach (var next in PromptJson.ReadIncludes(version.Includes))
        {
            await CheckAsync(next, outerId, [.. path, next.Name], param, cancellationToken);
        }
    }

    private Task<PromptVersion> LoadAsync(PinnedPrompt pinned, CancellationToken cancellationToken) =>
        context.PromptVersions.AsNoTracking().SingleAsync(version => version.PromptId == pinned.PromptId && version.Number == pinned.Version, cancellationToken);

    private static string Expand(string text, Dictionary<string, PromptContent> children, int message)
    {
        // Counted before the text is made: a few tags of a long prompt would fill the memory.
        long length = text.Length;
        foreach (var reference in IncludeTags.ReferencesIn(text))
        {
            length += children[reference].Messages[0].Content.Length;
        }

        return length <= MaxLength
            ? IncludeTags.Replace(text, reference => children[reference].Messages[0].Content)
            : throw PromptRules.Refused($"With what it includes the message has over {MaxLength} characters.", $"messages[{message}].content");
    }

    private static ApiException Cycle(IEnumerable<string> path, string param) =>
        PromptRules.Refused($"The prompts include one another in a circle: {string.Join(" → ", path)}.", param, "prompt_cycle");
}
