using System.Text.Json.Nodes;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Prompts.Templates;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Prompts.Retrieval;

/// <summary>Renders a prompt whose blocks have things looked up, until nothing more is wanted.</summary>
internal sealed class BlockRendering(BlockFetcher fetcher)
{
    /// <summary>How deep one block's arguments may depend on what others found.</summary>
    private const int MaxRounds = 3;

    /// <exception cref="ApiException">As templates have it (400), or as the blocks' services do.</exception>
    public async Task<(RenderedPrompt Prompt, IReadOnlyList<InferenceRetrieval> LookedUp)> RenderAsync(
        CompiledPrompt prompt, JsonObject? variables, BlockCall call, CancellationToken cancellationToken)
    {
        var run = new BlockRun(call.Input);
        for (var round = 0; ; round++)
        {
            if (TryRender(prompt, variables, run) is { } rendered)
            {
                return (rendered, [.. run.Met.Select(result => result.Report).OfType<InferenceRetrieval>()]);
            }

            if (round == MaxRounds)
            {
                throw PromptRules.Refused($"The prompt's blocks depend on one another more than {MaxRounds} deep with these values.", "prompt", "too_many_blocks");
            }

            await fetcher.FetchAsync(run, call, cancellationToken);
        }
    }

    /// <returns>Null while something is wanted: what is wrong without it may be right with it.</returns>
    private static RenderedPrompt? TryRender(CompiledPrompt prompt, JsonObject? variables, BlockRun run)
    {
        run.Begin();
        try
        {
            var rendered = prompt.Render(variables, run.Input, run);
            return run.Wanted.Count == 0 ? rendered : null;
        }
        catch (ApiException) when (run.Wanted.Count > 0)
        {
            return null;
        }
    }
}
