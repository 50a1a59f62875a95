using LlmGateway.Gateway.Prompts.Composition;
using LlmGateway.Gateway.Prompts.Versions;
using LlmGateway.Gateway.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.Prompts.Chains;

/// <summary>
/// Checks a chain when its version is made, and pins the version of each prompt that it calls: so it means the same for ever, and
/// neither a moved label nor a new version can make chains call one another without end.
/// </summary>
internal sealed class ChainPins(GatewayDbContext context)
{
    private const int MaxSteps = 16;

    /// <summary>A chain that calls a chain that calls a chain.</summary>
    private const int MaxDepth = 3;

    private readonly HashSet<(string PromptId, int Version, int Depth)> _followed = [];

    /// <param name="prompt">The prompt that the version is of; it may be a new one.</param>
    /// <param name="content">The version's content, which has steps.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ApiException">404 for a prompt that does not exist; 400 for a circle, with its path, and for what a chain cannot have.</exception>
    public async Task<IReadOnlyList<PinnedPrompt>> PinAsync(Prompt prompt, PromptContent content, CancellationToken cancellationToken)
    {
        CheckMembers(content);
        var steps = content.Steps!;
        if (steps.Count is 0 or > MaxSteps)
        {
            throw PromptRules.Refused($"A chain has from 1 to {MaxSteps} steps.", "steps");
        }

        var pinned = new List<PinnedPrompt>();
        for (var index = 0; index < steps.Count; index++)
        {
            var (step, param) = (steps[index], $"steps[{index}]");
            if (pinned.TrueForAll(one => one.Reference != step.Prompt))
            {
                pinned.Add(await PinAsync(prompt, step.Prompt, $"{param}.prompt", cancellationToken));
            }
        }

        return pinned;
    }

    private async Task<PinnedPrompt> PinAsync(Prompt outer, string text, string param, CancellationToken cancellationToken)
    {
        var reference = PromptReference.Parse(text);
        if (reference.Key == outer.Name || reference.Key == outer.Id)
        {
            throw Circle([outer.Name, outer.Name], param);
        }

        var prompt = await context.PromptsOf(outer.ProjectId).AsNoTracking()
            .SingleOrDefaultAsync(row => row.Id == reference.Key || row.Name == reference.Key, cancellationToken) ?? throw PromptErrors.UnknownPrompt(reference.Key, param);
        var version = await context.GetVersionAsync(prompt, reference.Selector, param, cancellationToken);
        await FollowAsync(version, outer.Id, [outer.Name, prompt.Name], param, cancellationToken);
        return new PinnedPrompt(text, prompt.Id, prompt.Name, version.Number);
    }

    /// <summary>Follows a step's version, where it is a chain, to all that it calls.</summary>
    private async Task FollowAsync(PromptVersion version, string outerId, string[] path, string param, CancellationToken cancellationToken)
    {
        if (!_followed.Add((version.PromptId, version.Number, path.Length)) || PromptJson.ReadContent(version.Content).Steps is null)
        {
            return;
        }

        if (path.Length > MaxDepth)
        {
            throw PromptRules.Refused($"Chains may call chains {MaxDepth} deep: {string.Join(" → ", path)}.", param, "chain_too_deep");
        }

        foreach (var next in PromptJson.ReadIncludes(version.Includes))
        {
            if (next.PromptId == outerId)
            {
                throw Circle([.. path, next.Name], param);
            }

            var called = await context.PromptVersions.AsNoTracking().SingleAsync(row => row.PromptId == next.PromptId && row.Number == next.Version, cancellationToken);
            await FollowAsync(called, outerId, [.. path, next.Name], param, cancellationToken);
        }
    }

    /// <summary>Its steps' prompts have these: in a chain nothing would use them.</summary>
    private static void CheckMembers(PromptContent content)
    {
        (string Name, bool IsThere)[] members =
        [
            ("messages", content.Messages.Count > 0), ("model", content.Model is not null), ("parameters", content.Parameters is not null),
            ("tools", content.Tools is not null), ("tool_choice", content.ToolChoice is not null), ("response_format", content.ResponseFormat is not null),
            ("few_shot", content.FewShot is not null), ("retrieval", content.Retrieval.Count > 0), ("structured_output", content.StructuredOutput is not null),
        ];
        if (Array.Find(members, member => member.IsThere) is { Name: { } name })
        {
            throw PromptRules.Refused($"A chain has no '{name}': the prompts of its steps have.", name);
        }
    }

    private static ApiException Circle(IEnumerable<string> path, string param) =>
        PromptRules.Refused($"The prompts call one another in a circle: {string.Join(" → ", path)}.", param, "prompt_cycle");
}
